-- What the two sides of a candidate are, prepared for comparison. Reads candidate, left_key, right_key and both sides.

CREATE OR REPLACE TEMP TABLE left_party AS
SELECT k.lrow AS row, s.record_id, s.party_type, s.name, s.former_name, s.id_number, s.birth_date, s.sex, s.address, s.phone,
       k.number, replace(id_kind(s.id_number), '_15', '') AS kind, id_kind(s.id_number) = 'resident_id_15' AND length(k.number) = 18 AS was_15,
       coalesce(id_strong(k.number), false) AS strong, id_clean(s.id_number) AS keyed,
       CASE WHEN org_code_valid(k.number) THEN k.number ELSE uscc_org_code(k.number) END AS org,
       coalesce(s.party_type = 'organization', organization_form(s.name), false) AS is_org,
       birth_day(s.birth_date) AS birth_given, birth_day_of_id(k.number) AS birth_in_id,
       sex_normal(s.sex) AS sex_key, address_key(s.address) AS address_key, phone_key(s.phone) AS phone_key
FROM left_key k JOIN left_side s ON s.row = k.lrow
WHERE k.lrow IN (SELECT lrow FROM candidate);

CREATE OR REPLACE TEMP TABLE right_party AS
SELECT k.rrow AS row, s.record_id, s.party_type, s.name, s.former_name, s.id_number, s.birth_date, s.sex, s.address, s.phone,
       k.number, replace(id_kind(s.id_number), '_15', '') AS kind, id_kind(s.id_number) = 'resident_id_15' AND length(k.number) = 18 AS was_15,
       coalesce(id_strong(k.number), false) AS strong, id_clean(s.id_number) AS keyed,
       CASE WHEN org_code_valid(k.number) THEN k.number ELSE uscc_org_code(k.number) END AS org,
       coalesce(s.party_type = 'organization', organization_form(s.name), false) AS is_org,
       birth_day(s.birth_date) AS birth_given, birth_day_of_id(k.number) AS birth_in_id,
       sex_normal(s.sex) AS sex_key, address_key(s.address) AS address_key, phone_key(s.phone) AS phone_key
FROM right_key k JOIN right_side s ON s.row = k.rrow
WHERE k.rrow IN (SELECT rrow FROM candidate);

-- Numbers against each other. A level of NULL means that nothing can be compared.
CREATE OR REPLACE TEMP MACRO masked_level(masked, number) AS
  CASE WHEN number IS NULL OR length(replace(masked, '*', '')) < 6 THEN NULL
       WHEN NOT like_escape(number, gap_pattern(CASE WHEN length(masked) = length(number) THEN replace(masked, '*', '?') ELSE masked END), '\') THEN 'masked_differs'
       WHEN length(number) = 18 AND strpos(masked, '*') > 14 THEN 'masked_agrees'
       ELSE 'masked_agrees_little' END;

CREATE OR REPLACE TEMP TABLE number_level AS
SELECT c.lrow, c.rrow,
  CASE
    WHEN l.number = r.number THEN
      CASE WHEN l.was_15 OR r.was_15 THEN 'upgraded_equal'
           WHEN l.strong THEN 'strong_equal'
           WHEN l.org IS NOT NULL THEN 'org_code_equal'
           WHEN l.kind IN ('passport', 'hm_travel', 'tw_travel', 'foreign_residence', 'reg_no', 'org_code') THEN 'weak_equal'
           ELSE 'unformed_equal' END
    WHEN l.org = r.org THEN 'org_code_equal'
    WHEN contains(r.keyed, '*') THEN masked_level(r.keyed, l.number)
    WHEN contains(l.keyed, '*') THEN masked_level(l.keyed, r.number)
    WHEN regexp_full_match(r.keyed, '[0-9]{15}000') AND left(r.keyed, 15) = left(l.number, 15) AND length(l.number) = 18
      OR regexp_full_match(l.keyed, '[0-9]{15}000') AND left(l.keyed, 15) = left(r.number, 15) AND length(r.number) = 18 THEN 'rounded_agrees'
    WHEN l.number IS NULL OR r.number IS NULL THEN NULL
    WHEN l.strong AND r.strong THEN CASE WHEN l.kind = r.kind THEN 'other_party' END
    WHEN l.org IS NOT NULL AND r.org IS NOT NULL THEN 'other_party'
    WHEN length(l.number) = length(r.number) AND length(l.number) >= 15 AND damerau_levenshtein(l.number, r.number) = 1 THEN 'near'
    WHEN l.kind = r.kind AND (l.kind = 'reg_no' OR l.was_15 OR r.was_15) THEN 'other_party'
    WHEN l.kind = r.kind THEN 'different' END AS level
FROM candidate c JOIN left_party l ON l.row = c.lrow JOIN right_party r ON r.row = c.rrow;

-- Two valid numbers of one kind that differ are two parties, whatever the name says.
DELETE FROM candidate USING number_level n WHERE n.lrow = candidate.lrow AND n.rrow = candidate.rrow AND n.level = 'other_party';
