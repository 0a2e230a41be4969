-- As the first page, behind the last key read.
SELECT {columns}
FROM {view}
WHERE {key} > %(after)s
  AND CASE WHEN %(since)s::timestamp IS NULL THEN op IS DISTINCT FROM 'D' ELSE updated_at > %(since)s::timestamp END
ORDER BY {key}
FETCH FIRST (%(size)s) ROWS WITH TIES
