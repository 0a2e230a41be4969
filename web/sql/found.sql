-- What tells one debtor of a name from another.
SELECT debtor_id, party_type, name, former_names, id_type, id_number, birth_date, address, flags, claim_balance, case_count,
       (SELECT list(case_no ORDER BY closed_at IS NOT NULL, filed_at DESC) FROM debtor_case c WHERE c.debtor_id = d.debtor_id) AS case_nos,
       (SELECT list(DISTINCT judge) FROM debtor_case c WHERE c.debtor_id = d.debtor_id AND closed_at IS NULL) AS judges
FROM debtor d WHERE debtor_id IN (SELECT unnest($wanted));
