-- Every identity of a debtor that matching compares: names and numbers, former ones, branches, sole proprietorships.
SELECT debtor_id || '#' || variant AS record_id,
       'court_cases'               AS source,
       party_type,
       name,
       CAST(NULL AS VARCHAR)       AS former_name,
       id_type,
       id_number,
       CAST(birth_date AS VARCHAR) AS birth_date,
       sex,
       address,
       phone
FROM debtor_identity
ORDER BY debtor_id, variant;
