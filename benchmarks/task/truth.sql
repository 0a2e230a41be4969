-- A record is a debtor's if the debtor owns it, owns it with another, or is the parent of the branch that owns it.
WITH debtors AS (SELECT record_id AS left_id, reached, kinds FROM read_parquet($1 || '/left_known.parquet')),
records AS (
    SELECT record_id AS right_id, party_type, source, reached, kinds FROM read_parquet($1 || '/right_known.parquet')
    UNION ALL
    SELECT record_id, party_type, source, co_reached, kinds FROM read_parquet($1 || '/right_known.parquet')
    WHERE co_reached IS NOT NULL)
SELECT left_id, right_id, party_type, source,
       list_concat(list_transform(debtors.kinds, lambda kind: 'debtor_row:' || kind), records.kinds) AS kinds
FROM records JOIN debtors USING (reached)
ORDER BY left_id, right_id
