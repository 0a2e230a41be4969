-- Rows without a key stand in no page. They are faults, and delivered all the same.
SELECT {columns}
FROM {view}
WHERE {key} IS NULL
  AND CASE WHEN %(since)s::timestamp IS NULL THEN op IS DISTINCT FROM 'D' ELSE updated_at > %(since)s::timestamp END
