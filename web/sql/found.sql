-- What tells one debtor of a name from another. The cases are looked up by the same few ids: a subquery per debtor would read all cases.
WITH wanted AS (SELECT unnest($wanted) AS debtor_id),
cases AS (
  SELECT debtor_id, list(case_no ORDER BY closed_at IS NOT NULL, filed_at DESC) AS case_nos,
         list(DISTINCT judge) FILTER (closed_at IS NULL) AS judges
  FROM debtor_case WHERE debtor_id IN (FROM wanted) GROUP BY debtor_id)
SELECT debtor_id, party_type, name, former_names, id_type, id_number, birth_date, address, flags, claim_balance, case_count, case_nos, judges
FROM debtor LEFT JOIN cases USING (debtor_id) WHERE debtor_id IN (FROM wanted);
