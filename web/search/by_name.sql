-- Whom a name means: the name itself, then names that begin with or hold it, then those that sound like it. Each debtor once, the surest first.
WITH found AS (
  SELECT place, key, 1 AS way, NULL AS how, false AS later FROM names WHERE key = $name
  UNION ALL
  (SELECT place, key, 2, 'part', NOT starts_with(key, $name) FROM names
   WHERE length($name) >= 2 AND contains(key, $name) AND key <> $name
   ORDER BY NOT starts_with(key, $name), length(key), key LIMIT $most)
  UNION ALL
  SELECT place, key, 3, 'sound', false FROM name_sounds JOIN names USING (place) WHERE sound = $heard),
held AS (
  SELECT h.debtor_id, CASE WHEN h.kind = 'name' THEN coalesce(f.how, 'name') ELSE h.kind END AS kind, f.key,
         (f.way, f.later, CASE WHEN f.way = 2 THEN length(f.key) ELSE 0 END, f.key, h.kind <> 'name', h.debtor_id) AS rank
  FROM found f JOIN holders h USING (place))
SELECT debtor_id, arg_min(kind, rank), arg_min(key, rank) FROM held GROUP BY debtor_id ORDER BY min(rank) LIMIT $most;
