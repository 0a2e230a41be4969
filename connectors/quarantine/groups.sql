-- One row per source, table and reason; a row with two reasons counts under both. $skip and $size are one page of them.
SELECT source, table_name, reason, count(*) AS rows, count(waiver_id) AS waived, min(since) AS since,
       count(DISTINCT delivery_id) AS deliveries, count(*) OVER () AS groups
FROM (SELECT *, unnest(reasons) AS reason FROM quarantine_chosen)
WHERE $reason::VARCHAR IS NULL OR reason = $reason
GROUP BY source, table_name, reason
ORDER BY rows - waived DESC, source, table_name, reason
LIMIT $size OFFSET $skip
