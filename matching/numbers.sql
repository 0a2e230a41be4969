-- Numbers, dates and telephones against each other, level by level. Reads candidate, left_party, right_party; makes fact_level.
-- A level of NULL means that nothing can be compared.

CREATE OR REPLACE TEMP MACRO masked_level(masked, number) AS
  CASE WHEN number IS NULL OR length(replace(masked, '*', '')) < 6 THEN NULL
       WHEN NOT like_escape(number, gap_pattern(CASE WHEN length(masked) = length(number) THEN replace(masked, '*', '?') ELSE masked END), '\') THEN 'masked_differs'
       WHEN length(number) = 18 AND strpos(masked, '*') > 14 THEN 'masked_agrees'
       ELSE 'masked_agrees_little' END;
CREATE OR REPLACE TEMP MACRO rounded(keyed, number) AS
  regexp_full_match(keyed, '[0-9]{15}000') AND left(keyed, 15) = left(number, 15) AND length(number) = 18;
-- One character wrong, missing or too many, or two neighbours swapped. Of a number that had fifteen digits no check character says that it is a slip.
CREATE OR REPLACE TEMP MACRO one_slip(a, b) AS
  length(a) >= 15 AND abs(length(a) - length(b)) <= 1 AND damerau_levenshtein(a, b) = 1;

-- Digits that differ in two texts of one length; NULL where the lengths differ (hamming raises then, and only CASE keeps it from being reached).
CREATE OR REPLACE TEMP MACRO slips(a, b) AS CASE WHEN length(a) = length(b) THEN hamming(a, rpad(b, length(a)::INTEGER, ' ')) END;

CREATE OR REPLACE TEMP TABLE fact_level AS
WITH numbered AS (
  SELECT c.lrow, c.rrow,
    CASE
      WHEN l.number = r.number THEN
        CASE WHEN l.was_15 OR r.was_15 THEN 'upgraded_equal'
             WHEN l.strong THEN 'strong_equal'
             WHEN l.org IS NOT NULL THEN 'org_code_equal'
             WHEN l.kind IN ('passport', 'hm_travel', 'tw_travel', 'foreign_residence', 'reg_no') THEN 'weak_equal'
             -- no form tells these numbers apart, but the sides name no two kinds of document
             WHEN coalesce(l.id_type, r.id_type) = coalesce(r.id_type, l.id_type) AND coalesce(l.id_type, r.id_type) <> 'other'
                  AND length(regexp_replace(l.number, '[^0-9]', '', 'g')) BETWEEN 5 AND 14 THEN 'weak_equal'
             ELSE 'unformed_equal' END
      WHEN list_contains(r.more_numbers, l.number) OR list_contains(l.more_numbers, r.number) THEN CASE WHEN l.strong OR r.strong THEN 'strong_equal' ELSE 'unformed_equal' END
      WHEN l.org = r.org THEN 'org_code_equal'
      WHEN contains(r.keyed, '*') THEN masked_level(r.keyed, l.number)
      WHEN contains(l.keyed, '*') THEN masked_level(l.keyed, r.number)
      WHEN rounded(r.keyed, l.number) OR rounded(l.keyed, r.number) THEN 'rounded_agrees'
      WHEN l.number IS NULL OR r.number IS NULL THEN NULL
      -- the record's own date of birth is the debtor's, and not that of the number beside it: somebody else's number
      WHEN c.numbers_conflict THEN CASE WHEN r.birth_given <> r.number_birth AND r.birth_given = coalesce(l.birth_given, l.number_birth)
                                          OR l.birth_given <> l.number_birth AND l.birth_given = coalesce(r.birth_given, r.number_birth)
                                        THEN 'conflict_foreign' ELSE 'conflict' END
      WHEN NOT (l.was_15 OR r.was_15) AND one_slip(l.number, r.number) THEN 'near'
      WHEN l.kind = r.kind THEN 'different' END AS id_level
  FROM candidate c JOIN left_party l ON l.row = c.lrow JOIN right_party r ON r.row = c.rrow),
dated AS (
  SELECT n.*, n.id_level IN ('strong_equal', 'upgraded_equal', 'near', 'rounded_agrees', 'masked_agrees') AS number_says_birth,
    coalesce(l.birth_given, l.number_birth) AS l_birth,
    -- a number that agrees says the birth date already, and one that is somebody else's says nothing: beside them only a delivered date is a fact of its own
    CASE WHEN n.id_level IN ('strong_equal', 'upgraded_equal', 'near', 'rounded_agrees', 'masked_agrees', 'conflict', 'conflict_foreign') THEN r.birth_given
         ELSE coalesce(r.birth_given, r.number_birth) END AS r_birth,
    n.id_level = 'conflict' AS conflict, l.sex AS l_sex, r.sex AS r_sex, l.phone AS l_phone, r.phone AS r_phone
  FROM numbered n JOIN left_party l ON l.row = n.lrow JOIN right_party r ON r.row = n.rrow)
SELECT lrow, rrow, id_level,
  -- two valid numbers and one date of birth are what namesakes of one day have: the date is no evidence then
  CASE WHEN conflict AND l_birth = r_birth THEN NULL
       WHEN l_birth = r_birth THEN CASE WHEN number_says_birth THEN 'equal_beside_id' ELSE 'equal' END
       WHEN l_birth IS NULL OR r_birth IS NULL THEN NULL
       WHEN number_says_birth THEN 'different_beside_id'
       WHEN year(l_birth) = year(r_birth) AND month(l_birth) = day(r_birth) AND day(l_birth) = month(r_birth) THEN 'near'
       WHEN slips(strftime(l_birth, '%Y%m%d'), strftime(r_birth, '%Y%m%d')) = 1 THEN 'near'
       ELSE 'different' END AS birth_level,
  CASE WHEN l_sex = r_sex THEN 'equal' WHEN l_sex <> r_sex THEN 'different' END AS sex_level,
  CASE WHEN l_phone = r_phone THEN 'equal' WHEN l_phone <> r_phone THEN CASE WHEN slips(l_phone, r_phone) = 1 THEN 'near' ELSE 'different' END END AS phone_level
FROM dated;
