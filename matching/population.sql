-- Who stands in the registers: how many people bear a name, and which telephones and numbers belong to nobody in particular. Reads right_party and
-- right_form; makes population. A model that is frozen brings the table with it. Values stand in it as hashes.

CREATE OR REPLACE TEMP TABLE population AS
-- A name counts persons or firms, not rows: the same name under the same valid number is one. A row without one is as much of a person as rows with
-- numbers are, and as good as never another firm. A name that is not listed has one bearer.
WITH proved AS (SELECT is_org, name_id, CASE WHEN org IS NOT NULL THEN org WHEN strong THEN number END AS number FROM right_party),
share AS (SELECT is_org, CASE WHEN is_org THEN 0 ELSE coalesce(count(DISTINCT number) / nullif(count(number), 0), 1) END AS people_per_row FROM proved GROUP BY is_org),
name_count AS (
  SELECT p.is_org, f.folded, round(count(DISTINCT p.number) + (count(*) - count(p.number)) * any_value(people_per_row), 1) AS people
  FROM proved p JOIN right_form f ON f.name_id = p.name_id JOIN share USING (is_org) WHERE f.folded IS NOT NULL GROUP BY ALL),
-- A telephone or number that stands beside many names, nearly as many as rows, is a placeholder, an agent's, a developer's switchboard.
often AS (
  SELECT 'phone' AS what, phone AS value FROM right_party WHERE phone IS NOT NULL GROUP BY phone HAVING count(*) > getvariable('crowd_names')
  UNION ALL
  SELECT 'number', number FROM right_party WHERE number IS NOT NULL GROUP BY number HAVING count(*) > getvariable('crowd_names')),
borne AS (
  SELECT o.what, o.value, count(DISTINCT p.name_id) AS names, count(*) AS rows FROM often o JOIN right_party p ON p.phone = o.value WHERE o.what = 'phone' GROUP BY ALL
  UNION ALL
  SELECT o.what, o.value, count(DISTINCT p.name_id), count(*) FROM often o JOIN right_party p ON p.number = o.value WHERE o.what = 'number' GROUP BY ALL)
SELECT 'name' AS what, is_org, md5_number_lower(folded) AS hash, people FROM name_count WHERE people > 1
UNION ALL SELECT what, NULL, md5_number_lower(value), 0 FROM borne WHERE names > getvariable('crowd_names') AND names * 2 > rows
UNION ALL SELECT 'all', is_org, 0, round(sum(people), 1) FROM name_count GROUP BY is_org;
