-- One page of the queue. $settled: decided or proposed since the publication. $judge and $cases: whose cases, where $mine.
SELECT *, count(*) OVER () AS total
FROM memory.main.review_queue
WHERE NOT list_contains($settled, link_id)
  AND (NOT $mine OR list_contains(judges, $judge) OR list_has_any(case_nos, $cases))
ORDER BY place LIMIT $size OFFSET $skip
