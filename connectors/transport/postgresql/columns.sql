-- The columns a view has, without a row.
SELECT * FROM {view} LIMIT 0
