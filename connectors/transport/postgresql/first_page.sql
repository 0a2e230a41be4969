-- The first rows by key, and all that share the last one's key. Without a moment the whole register as it is now, what
-- is deleted left out; with one, what has changed since.
SELECT {columns}
FROM {view}
WHERE {key} IS NOT NULL
  AND CASE WHEN %(since)s::timestamp IS NULL THEN op IS DISTINCT FROM 'D' ELSE updated_at > %(since)s::timestamp END
ORDER BY {key}
FETCH FIRST (%(size)s) ROWS WITH TIES
