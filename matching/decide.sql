-- The tiers, in words. Reads scored; makes decided.
--   confirmed  a valid strong number and a compatible name, nothing against it; or evidence as strong, above the model's threshold: a valid strong
--              number and a name that sounds the same, has its characters swapped, or has one other character and a further fact beside it; a weak
--              number, the whole name and a further fact (an organisation code proves itself by its check digit); no number, the whole name and a
--              further fact that is not the birth date alone. See docs/decisions/2026-11-26-confirmed-by-evidence.md.
--   probable   a valid strong number with no name, a nearly compatible one, or another birth date; a weak number of known form and a compatible name
--              (a 15-digit, masked or rounded number carries the birth date, that of a firm or passport its form or check digit, as the further fact);
--              another number, or none, and the whole name and further facts; a branch by its name.
--   possible   everything else that is not spoken against: name only, or a number that agrees under an unlike name.

CREATE OR REPLACE TEMP TABLE decided AS
WITH judged AS (
  SELECT *,
    name_level IN ('exact', 'former', 'variant', 'look_alike', 'org_form', 'part') AS whole_name,
    name_level IN ('exact', 'former', 'variant', 'look_alike', 'org_form', 'part', 'lost', 'masked', 'truncated', 'branch', 'branch_form', 'one_edit') AS compatible_name,
    name_level IN ('homophone', 'swapped', 'close') AS nearly_compatible_name,
    coalesce(id_level IN ('upgraded_equal', 'org_code_equal', 'weak_equal', 'near', 'rounded_agrees', 'masked_agrees'), false) AS weak_number,
    (coalesce(birth_level IN ('equal', 'equal_respelt'), false)::INTEGER + coalesce(address_level IN ('equal', 'contained', 'similar'), false)::INTEGER
      + coalesce(phone_level = 'equal', false)::INTEGER) AS facts,
    coalesce(birth_level IN ('different', 'different_beside_id')
             OR id_level IN ('conflict', 'conflict_foreign', 'co_owner_number', 'masked_differs') AND name_level NOT IN ('branch', 'branch_form'), false) AS contradicted,
    score >= getvariable('confirmed') AS sure, score >= getvariable('probable') AS likely
  FROM scored),
tiered AS (
  SELECT *,
    weak_number OR coalesce(id_level IN ('strong_equal', 'unformed_equal'), false) AS number_supports,
    CASE
      WHEN contradicted THEN
        CASE WHEN id_level = 'strong_equal' AND (compatible_name OR name_level = 'missing') THEN 'probable'
             -- somebody else's number in the owner's field
             WHEN id_level IN ('conflict', 'conflict_foreign', 'co_owner_number') AND whole_name AND facts >= 2 AND birth_level IS DISTINCT FROM 'different'
                  AND NOT types_differ AND likely THEN 'probable'
             ELSE 'possible' END
      WHEN id_level = 'strong_equal' AND (compatible_name OR name_level IN ('homophone', 'swapped') AND sure
                                               OR name_level = 'close' AND facts >= 1 AND sure) THEN 'confirmed'
      WHEN id_level = 'strong_equal' AND (nearly_compatible_name OR name_level = 'missing' OR name_level = 'other_surname' AND facts >= 1) THEN 'probable'
      WHEN (weak_number OR id_level IS NULL OR id_level IN ('different', 'unformed_equal', 'masked_agrees_little')) AND whole_name AND NOT types_differ AND sure
           AND (facts >= 2 OR weak_number AND facts >= 1 OR id_level = 'org_code_equal' OR facts = 1 AND birth_level IS DISTINCT FROM 'equal') THEN 'confirmed'
      WHEN id_level IN ('upgraded_equal', 'org_code_equal', 'weak_equal', 'masked_agrees', 'rounded_agrees') AND compatible_name THEN 'probable'
      WHEN id_level IN ('near', 'unformed_equal', 'masked_agrees_little') AND compatible_name AND facts >= 1 THEN 'probable'
      WHEN (id_level IS NULL OR id_level = 'different') AND compatible_name AND (NOT types_differ OR name_level = 'part') AND likely
           AND (facts >= 2 OR facts = 1 AND birth_level IS DISTINCT FROM 'equal') THEN 'probable'
      WHEN name_level IN ('branch', 'branch_form') AND likely THEN 'probable'
      ELSE 'possible' END AS tier
  FROM judged)
SELECT *, NOT number_supports AND tier = 'possible' AS is_lead FROM tiered
-- An agreeing number is always shown, conflicts above all. A lead needs a name that fits; another birth date or number ends it, unless more speaks for it.
WHERE number_supports OR (name_level <> 'unlike' AND (NOT types_differ OR name_level = 'part') AND score >= getvariable('lead_floor')
                           AND (NOT contradicted OR likely));
