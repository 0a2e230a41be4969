-- Persons of the population register: identity only, no assets. record_id is the person's own number, never the inquiry's.
-- Former names and numbers have entered debtor_identity before (identity.sql); here the hit itself becomes a candidate.
INSERT INTO party BY NAME
SELECT 'household' AS source, 'persons' AS table_name, coalesce(id_normal(p.id_type, p.id_number), text_clean(p.id_number)) AS record_id, 1 AS part,
       'person' AS role, 'person' AS party_type, p.name, p.former_names[1] AS former_name, p.id_type, p.id_number,
       p.birth_date, CASE WHEN p.sex IN ('male', 'female') THEN p.sex END AS sex, p.address,
       r.debtor_id AS only_debtor_id, coalesce(p.match_basis, 'unknown') AS match_basis,
       p._business_date AS business_date, p._file AS file, p._file_sha256 AS file_sha256, p._row_no AS row_no
FROM household__persons p
JOIN reply_present r ON r.source = 'household' AND r.inquiry_no = p.inquiry_no
WHERE p.name IS NOT NULL AND p.id_number IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY r.debtor_id, record_id ORDER BY r.asked_on DESC, p.replied_at DESC, p.inquiry_no, p.hit_no) = 1;
