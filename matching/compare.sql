-- What the two sides of a candidate are, and what their numbers say. Reads candidate, left_key, right_key, number_proof and both sides.

CREATE OR REPLACE TEMP TABLE left_party AS
WITH party AS MATERIALIZED (
  SELECT k.lrow AS row, s.* EXCLUDE (row), k.number FROM left_key k JOIN left_side s ON s.row = k.lrow
  WHERE k.lrow IN (SELECT lrow FROM candidate))
SELECT p.row, p.record_id, p.party_type, p.name, p.former_name, p.id_type, p.id_number, p.birth_date, p.sex, p.address, p.phone, p.number,
       proof.kind, coalesce(proof.strong, false) AS strong, proof.org, id_clean(p.id_number) AS keyed,
       coalesce(length(id_clean(p.id_number)) = 15 AND length(p.number) = 18, false) AS was_15,
       coalesce(p.party_type = 'organization', organization_form(p.name), false) AS is_org,
       birth_day(p.birth_date) AS birth_given, birth_day_of_id(p.number) AS birth_in_id,
       sex_normal(p.sex) AS sex_key, address_key(p.address) AS address_key, phone_key(p.phone) AS phone_key
FROM party p LEFT JOIN number_proof proof ON proof.number = p.number;

CREATE OR REPLACE TEMP TABLE right_party AS
WITH party AS MATERIALIZED (
  SELECT k.rrow AS row, s.* EXCLUDE (row), k.number FROM right_key k JOIN right_side s ON s.row = k.rrow
  WHERE k.rrow IN (SELECT rrow FROM candidate))
SELECT p.row, p.record_id, p.party_type, p.name, p.former_name, p.id_type, p.id_number, p.birth_date, p.sex, p.address, p.phone, p.number,
       proof.kind, coalesce(proof.strong, false) AS strong, proof.org, id_clean(p.id_number) AS keyed,
       coalesce(length(id_clean(p.id_number)) = 15 AND length(p.number) = 18, false) AS was_15,
       coalesce(p.party_type = 'organization', organization_form(p.name), false) AS is_org,
       birth_day(p.birth_date) AS birth_given, birth_day_of_id(p.number) AS birth_in_id,
       sex_normal(p.sex) AS sex_key, address_key(p.address) AS address_key, phone_key(p.phone) AS phone_key
FROM party p LEFT JOIN number_proof proof ON proof.number = p.number;

-- Numbers against each other. A level of NULL means that nothing can be compared.
CREATE OR REPLACE TEMP MACRO masked_level(masked, number) AS
  CASE WHEN number IS NULL OR length(replace(masked, '*', '')) < 6 THEN NULL
       WHEN NOT like_escape(number, gap_pattern(CASE WHEN length(masked) = length(number) THEN replace(masked, '*', '?') ELSE masked END), '\') THEN 'masked_differs'
       WHEN length(number) = 18 AND strpos(masked, '*') > 14 THEN 'masked_agrees'
       ELSE 'masked_agrees_little' END;
CREATE OR REPLACE TEMP MACRO rounded(keyed, number) AS
  regexp_full_match(keyed, '[0-9]{15}000') AND left(keyed, 15) = left(number, 15) AND length(number) = 18;

CREATE OR REPLACE TEMP TABLE number_level AS
SELECT c.lrow, c.rrow,
  CASE
    WHEN l.number = r.number THEN
      CASE WHEN l.was_15 OR r.was_15 THEN 'upgraded_equal'
           WHEN l.strong THEN 'strong_equal'
           WHEN l.org IS NOT NULL THEN 'org_code_equal'
           WHEN l.kind IN ('passport', 'hm_travel', 'tw_travel', 'foreign_residence', 'reg_no') THEN 'weak_equal'
           -- no form tells these numbers apart, but the sides name no two kinds of document
           WHEN coalesce(l.id_type, r.id_type) = coalesce(r.id_type, l.id_type) AND coalesce(l.id_type, r.id_type) <> 'other' AND length(regexp_replace(l.number, '[^0-9]', '', 'g')) BETWEEN 5 AND 14 THEN 'weak_equal'
           ELSE 'unformed_equal' END
    WHEN l.org = r.org THEN 'org_code_equal'
    WHEN contains(r.keyed, '*') THEN masked_level(r.keyed, l.number)
    WHEN contains(l.keyed, '*') THEN masked_level(l.keyed, r.number)
    WHEN rounded(r.keyed, l.number) OR rounded(l.keyed, r.number) THEN 'rounded_agrees'
    WHEN l.number IS NULL OR r.number IS NULL OR l.strong AND r.strong AND NOT (l.was_15 OR r.was_15) THEN NULL
    WHEN length(l.number) = length(r.number) AND length(l.number) >= 15 AND damerau_levenshtein(l.number, r.number) = 1 THEN 'near'
    WHEN l.kind = r.kind THEN 'different' END AS level
FROM candidate c JOIN left_party l ON l.row = c.lrow JOIN right_party r ON r.row = c.rrow;
