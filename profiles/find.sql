-- Debtors that $wanted names. Needs the macros of core; reads a published database.
WITH asked AS (
    SELECT id_normal(NULL, $wanted) AS number, id_clean($wanted) AS cleaned, name_key($wanted) AS name,
           regexp_replace(regexp_replace(coalesce(case_no_normal($wanted), ''), '之[一二三四五六七八九十百]+$', ''), '[（）]', '', 'g') AS case_no),
by_number AS (
    SELECT debtor_id FROM debtor, asked
    WHERE length(asked.number) >= 6 AND (debtor.id_number = asked.number OR list_contains(debtor.former_id_numbers, asked.number)
          -- an organisation code is the heart of a credit code
          OR length(asked.cleaned) = 9 AND length(debtor.id_number) = 18 AND substr(debtor.id_number, 9, 9) = asked.cleaned AND uscc_valid(debtor.id_number))),
by_case AS (
    SELECT debtor_id FROM debtor_case, asked
    WHERE asked.case_no LIKE '%号' AND regexp_replace(case_no_normal(debtor_case.case_no), '[（）]', '', 'g') = asked.case_no),
by_name AS (
    SELECT debtor_id FROM debtor, asked
    WHERE name_key(debtor.name) = asked.name
       OR list_contains(list_transform(coalesce(debtor.former_names, []), lambda former: name_key(former)), asked.name)),
exact AS (SELECT debtor_id FROM by_number UNION SELECT debtor_id FROM by_case UNION SELECT debtor_id FROM by_name),
by_part AS (
    SELECT debtor_id FROM debtor, asked
    WHERE NOT EXISTS (FROM exact) AND debtor.party_type = 'organization' AND length(asked.name) >= 4 AND contains(name_key(debtor.name), asked.name))
SELECT debtor_id FROM debtor
WHERE debtor_id IN (SELECT debtor_id FROM exact UNION ALL SELECT debtor_id FROM by_part)
ORDER BY name, debtor_id;
