-- Tonight's question to the replying sources: `inquiry_line`. Variables: business_date, run, asked_at.
-- One line per debtor and case asked; a newer number known elsewhere is asked in a second line.
CREATE OR REPLACE TABLE inquiry_line AS
WITH asking AS (
  SELECT p.debtor_id, p.case_no, p.party_key, c.court_code, c.judge, c.officer_id, p.party_type, p.name, p.id_type, p.id_number, 1 AS line
  FROM debtor_party p JOIN case_held c ON c.case_key = p.case_key
  WHERE p.to_ask
  QUALIFY row_number() OVER (PARTITION BY p.debtor_id, p.case_no ORDER BY p.is_root DESC, p.id_number NULLS LAST, p.party_key) = 1),
every AS (
  SELECT * FROM asking
  UNION ALL
  SELECT a.debtor_id, a.case_no, a.party_key, a.court_code, a.judge, a.officer_id, a.party_type, coalesce(h.name, b.name),
         b.id_type, b.id_number, 2
  FROM asking a JOIN debtor_base b ON b.debtor_id = a.debtor_id LEFT JOIN household_person h ON h.debtor_id = a.debtor_id
  WHERE b.id_number <> a.id_number),
numbered AS (SELECT *, row_number() OVER (ORDER BY case_no, party_key, debtor_id, line) AS sequence FROM every)
SELECT printf('Q%s%02d-%06d', strftime(getvariable('business_date')::DATE, '%Y%m%d'), getvariable('run')::INTEGER, n.sequence) AS inquiry_no,
       n.case_no, n.court_code, n.judge, n.officer_id, n.name AS debtor_name,
       list_filter(list_prepend(b.name, b.former_names), lambda known: known <> n.name) AS former_names,
       coalesce(n.id_type, CASE n.party_type WHEN 'person' THEN 'resident_id' ELSE 'uscc' END) AS id_type,
       n.id_number, getvariable('asked_at')::TIMESTAMP AS asked_at, NULL::DATE AS window_from, NULL::DATE AS window_to,
       n.debtor_id,
       CASE WHEN n.party_type = 'person' THEN ['household'] ELSE [] END
         || ['tax', 'bank_boc', 'bank_abc', 'bank_ccb', 'bank_icbc', 'bank_sdrcb', 'bank_psbc'] AS sources
FROM numbered n JOIN debtor_base b ON b.debtor_id = n.debtor_id
ORDER BY n.sequence;
