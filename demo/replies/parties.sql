-- People and firms that tonight's questions can hit: by a number (present, former, first-generation), or by a name
-- that is searched. One row per party, shaped like demo.replies.parties.Holder.
WITH person AS (
    SELECT
        'P' || p.person_id AS key,
        p.person_id * 2 AS ordinal,
        true AS is_person,
        'person' AS kind,
        p.name,
        p.former_names,
        p.id_type,
        p.id_number,
        p.former_id_numbers AS former_numbers,
        p.id_number_15 AS old_number,
        p.birth_date AS birth_or_founding,
        p.sex, p.ethnicity, p.address, p.phone, p.household_no, p.relation_to_head, p.marital_status,
        p.status, p.status_on, p.moved_to,
        partner.name AS spouse_name,
        p.debtor_no
    FROM people AS p
    LEFT JOIN people AS partner ON partner.person_id = p.spouse_id
),

firm AS (
    SELECT
        'F' || f.firm_id AS key,
        f.firm_id * 2 + 1 AS ordinal,
        false AS is_person,
        f.kind,
        f.name,
        f.former_names,
        'uscc' AS id_type,
        f.uscc AS id_number,
        list_filter([f.reg_no, f.org_code, replace(f.org_code, '-', '')], lambda number: number IS NOT NULL) AS former_numbers,
        f.org_code AS old_number,
        f.founded_on AS birth_or_founding,
        '' AS sex, '' AS ethnicity, f.address, f.phone, '' AS household_no, '' AS relation_to_head, '' AS marital_status,
        f.status, f.status_on, NULL::VARCHAR AS moved_to,
        NULL::VARCHAR AS spouse_name,
        f.debtor_no
    FROM firms AS f
),

party AS (FROM person UNION ALL FROM firm),

former AS (SELECT key, unnest(former_numbers) AS number FROM party),

-- The case of the court whose freezes rest on a debtor's accounts: one that stood before the first night.
first_case AS (SELECT debtor_no, min(case_no) AS case_no FROM cases WHERE night = 0 AND in_scope GROUP BY debtor_no)

SELECT
    party.*,
    first_case.case_no,
    party.name IN (SELECT name FROM asked_name) AS searched
FROM party
LEFT JOIN first_case ON first_case.debtor_no = party.debtor_no
WHERE searched
    OR party.id_number IN (SELECT number FROM asked_number)
    OR party.old_number IN (SELECT number FROM asked_number)
    OR party.key IN (SELECT former.key FROM former SEMI JOIN asked_number ON asked_number.number = former.number)
ORDER BY party.ordinal;
