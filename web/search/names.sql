-- Every name that leads to a debtor: his own, former ones, and the firms he holds shares in. Needs the macros of core.
SELECT key, kind, debtor_id FROM (
  SELECT name_key(name) AS key, 'name' AS kind, debtor_id FROM debtor
  UNION ALL SELECT name_key(unnest(former_names)), 'former_name', debtor_id FROM debtor
  UNION ALL SELECT name_key(regexp_replace(title, '\s股权（.*$', '')), 'company', debtor_id FROM asset WHERE kind = 'equity' AND tier = 'confirmed')
WHERE key IS NOT NULL
ORDER BY key, kind <> 'name', debtor_id;
