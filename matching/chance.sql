-- How likely two strangers agree in a birth date or a telephone: counted over both sides; and how likely namesakes were born on one day: counted
-- where two valid numbers tell them apart. Reads left_party, right_party, namesake.
WITH value AS (
  SELECT true AS is_left, is_org, 'birth_date' AS field, coalesce(birth_given, number_birth)::VARCHAR AS value FROM left_party
  UNION ALL SELECT false, is_org, 'birth_date', coalesce(birth_given, number_birth)::VARCHAR FROM right_party
  UNION ALL SELECT true, is_org, 'phone', phone FROM left_party
  UNION ALL SELECT false, is_org, 'phone', phone FROM right_party),
counted AS (
  SELECT is_org, field, value, count(*) FILTER (is_left) AS l, count(*) FILTER (NOT is_left) AS r FROM value WHERE value IS NOT NULL GROUP BY ALL),
chance AS (
  SELECT is_org, field, greatest(sum(l * r) / (sum(l) * sum(r)), 1e-7) AS likelihood
  FROM counted GROUP BY is_org, field HAVING sum(l * r) > 0 AND (field = 'phone' OR NOT is_org))
SELECT is_org, CASE field WHEN 'birth_date' THEN 'birth_respelt' ELSE field END AS field, CASE field WHEN 'birth_date' THEN 'equal_respelt' ELSE 'equal' END AS level, likelihood FROM chance
UNION ALL
SELECT false, 'birth_date', 'equal', (n.born_on_one_day + 1000 * c.likelihood) / (n.pairs + 1000)
FROM namesake n, chance c WHERE c.field = 'birth_date' AND NOT c.is_org
ORDER BY ALL;
