-- Levels to weights, weights to a score, levels to a tier. Reads everything before; `weight` holds the model's bits per field and level.

CREATE OR REPLACE TEMP TABLE compared AS
WITH level AS (
  SELECT c.lrow, c.rrow, c.number_agrees, n.level AS id_level, m.level AS name_level,
    n.level IN ('strong_equal', 'upgraded_equal', 'near', 'rounded_agrees', 'masked_agrees') AS number_says_birth,
    coalesce(l.birth_given, l.birth_in_id) AS l_birth, r.birth_given AS r_birth_given, r.birth_in_id AS r_birth_in_id,
    CASE WHEN l.sex_key = r.sex_key THEN 'equal' WHEN l.sex_key <> r.sex_key THEN 'different' END AS sex_level,
    CASE WHEN l.address_key = r.address_key THEN 'equal'
         WHEN contains(l.address_key, r.address_key) OR contains(r.address_key, l.address_key) THEN 'contained'
         WHEN l.address_key IS NOT NULL AND r.address_key IS NOT NULL THEN 'different' END AS address_level,
    CASE WHEN l.phone_key = r.phone_key THEN 'equal' WHEN l.phone_key <> r.phone_key THEN 'different' END AS phone_level,
    coalesce(l.party_type <> r.party_type, false) AS types_differ, rarity.bits AS rarity
  FROM candidate c
  JOIN left_party l ON l.row = c.lrow JOIN right_party r ON r.row = c.rrow
  JOIN number_level n ON n.lrow = c.lrow AND n.rrow = c.rrow
  JOIN name_pair p ON p.l_name IS NOT DISTINCT FROM l.name AND p.l_former IS NOT DISTINCT FROM l.former_name AND p.l_org = l.is_org
                  AND p.r_name IS NOT DISTINCT FROM r.name AND p.r_former IS NOT DISTINCT FROM r.former_name AND p.r_org = r.is_org
  JOIN name_level m ON m.pair = p.pair
  JOIN left_key k ON k.lrow = c.lrow LEFT JOIN name_rarity rarity ON rarity.key = k.folded),
dated AS (
  -- A number that agrees says the birth date already: beside it only a delivered date is a fact of its own.
  SELECT *, CASE WHEN number_says_birth THEN r_birth_given ELSE coalesce(r_birth_given, r_birth_in_id) END AS r_birth FROM level)
SELECT lrow, rrow, number_agrees, id_level, name_level, sex_level, address_level, phone_level, types_differ,
  coalesce(rarity, getvariable('name_least')) AS rarity,
  CASE WHEN l_birth = r_birth THEN CASE WHEN number_says_birth THEN 'equal_beside_id' ELSE 'equal' END
       WHEN l_birth IS NULL OR r_birth IS NULL THEN NULL
       WHEN year(l_birth) = year(r_birth) AND month(l_birth) = day(r_birth) AND day(l_birth) = month(r_birth) THEN 'near'
       WHEN hamming(strftime(l_birth, '%Y%m%d'), strftime(r_birth, '%Y%m%d')) = 1 THEN 'near'
       ELSE 'different' END AS birth_level
FROM dated;

CREATE OR REPLACE TEMP TABLE scored AS
SELECT c.*, i.bits AS id_bits, b.bits AS birth_bits, s.bits AS sex_bits, a.bits AS address_bits, p.bits AS phone_bits,
       n.bits + CASE WHEN name_level IN ('exact', 'former', 'variant', 'org_form', 'part') THEN rarity ELSE 0 END AS name_bits,
       round(getvariable('prior') + coalesce(id_bits, 0) + coalesce(name_bits, 0) + coalesce(birth_bits, 0) + coalesce(sex_bits, 0)
             + coalesce(address_bits, 0) + coalesce(phone_bits, 0), 2) AS score
FROM compared c
LEFT JOIN weight i ON i.field = 'id_number' AND i.level = id_level
LEFT JOIN weight n ON n.field = 'name' AND n.level = name_level
LEFT JOIN weight b ON b.field = 'birth_date' AND b.level = birth_level
LEFT JOIN weight s ON s.field = 'sex' AND s.level = sex_level
LEFT JOIN weight a ON a.field = 'address' AND a.level = address_level
LEFT JOIN weight p ON p.field = 'phone' AND p.level = phone_level;

-- The tiers, in words:
--   confirmed  a valid strong number and a compatible name, nothing against it; or a weak number and the whole name and two further facts
--              that together reach the threshold.
--   probable   a valid strong number with no name, a nearly compatible one, or another birth date; a weak number of known form and a
--              compatible name (a 15-digit, masked or rounded number carries the birth date, the number of a firm or passport its form
--              or check digit, as the further fact); another number, or none, and the whole name and further facts.
--   possible   everything else that is not spoken against: name only, or a number that agrees under an unlike name.
CREATE OR REPLACE TEMP TABLE decided AS
WITH judged AS (
  SELECT *,
    name_level IN ('exact', 'former', 'variant', 'org_form', 'part') AS whole_name,
    name_level IN ('exact', 'former', 'variant', 'org_form', 'part', 'lost', 'masked', 'truncated', 'branch', 'one_edit') AS compatible_name,
    (coalesce(birth_level IN ('equal', 'equal_beside_id'), false)::INTEGER + coalesce(address_level IN ('equal', 'contained'), false)::INTEGER
      + coalesce(phone_level = 'equal', false)::INTEGER) AS facts,
    coalesce(birth_level = 'different', false) AS contradicted
  FROM scored),
tiered AS (
  SELECT *,
    coalesce(id_level IN ('strong_equal', 'upgraded_equal', 'org_code_equal', 'weak_equal', 'unformed_equal', 'near', 'rounded_agrees', 'masked_agrees'), false) AS number_supports,
    CASE
      WHEN id_level = 'strong_equal' AND compatible_name THEN CASE WHEN contradicted THEN 'probable' ELSE 'confirmed' END
      WHEN id_level = 'strong_equal' AND name_level IN ('missing', 'close') THEN 'probable'
      WHEN id_level IN ('upgraded_equal', 'org_code_equal', 'weak_equal', 'near') AND whole_name AND facts >= 2 AND NOT contradicted
           AND score >= getvariable('confirmed') THEN 'confirmed'
      WHEN id_level IN ('upgraded_equal', 'org_code_equal', 'weak_equal', 'masked_agrees', 'rounded_agrees') AND compatible_name AND NOT contradicted THEN 'probable'
      WHEN id_level IN ('near', 'unformed_equal', 'masked_agrees_little') AND whole_name AND facts >= 1 AND NOT contradicted THEN 'probable'
      WHEN (id_level IS NULL OR id_level = 'different') AND name_level IN ('exact', 'former', 'variant') AND NOT types_differ AND NOT contradicted
           AND birth_level = 'equal' AND facts >= 2 THEN 'probable'
      ELSE 'possible' END AS tier
  FROM judged)
SELECT * FROM tiered
-- An agreeing number is always shown, conflicts above all. A lead needs a name that fits; another birth date or number ends it.
WHERE number_supports
   OR (compatible_name AND (NOT types_differ OR name_level = 'part') AND NOT contradicted AND id_level IS DISTINCT FROM 'masked_differs'
       AND score >= getvariable('lead_floor'));

-- Leads beyond the limit per row of the left side, weakest last: the commonest names go first.
CREATE OR REPLACE TEMP TABLE shown AS
SELECT d.*, l.record_id AS left_id, r.record_id AS right_id, 1 / (1 + pow(2, -score)) AS probability
FROM decided d JOIN left_party l ON l.row = d.lrow JOIN right_party r ON r.row = d.rrow
QUALIFY number_supports OR tier <> 'possible'
     OR row_number() OVER (PARTITION BY d.lrow, number_supports OR tier <> 'possible' ORDER BY score DESC, r.record_id, d.rrow) <= getvariable('leads_per_left');
