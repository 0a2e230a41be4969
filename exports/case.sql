-- The debtors of the case that $wanted names in any usual form; none where it names no case. Needs the macros of core.
WITH asked AS (SELECT regexp_replace(coalesce(case_no_normal($wanted), ''), '[（）]', '', 'g') AS case_no)
SELECT debtor_id, debtor_case.case_no
FROM debtor_case, asked
WHERE asked.case_no LIKE '%号' AND regexp_replace(case_no_normal(debtor_case.case_no), '[（）]', '', 'g') = asked.case_no
ORDER BY debtor_id
