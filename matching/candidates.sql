-- Which pairs are worth comparing: the same number, or the same name. Grain of candidate: left row, right row.
-- A key that many rows share is never dropped: it is narrowed by a second field, and what that leaves out is counted in not_compared.

CREATE OR REPLACE TEMP TABLE left_facts AS
SELECT lrow, unnest(list_filter(['birth:' || birth_day(birth_date), 'phone:' || phone_key(phone), 'address:' || address_key(address)],
                                lambda fact: fact IS NOT NULL)) AS fact
FROM left_key JOIN left_side ON left_side.row = lrow;

CREATE OR REPLACE TEMP TABLE hot_name AS
WITH l AS (SELECT how, key, count(*) AS rows FROM left_name GROUP BY ALL),
     r AS (SELECT how, key, count(*) AS rows FROM right_name GROUP BY ALL)
SELECT how, key, l.rows * r.rows AS pairs FROM l JOIN r USING (how, key) WHERE l.rows * r.rows > getvariable('hot_pairs');

CREATE OR REPLACE TEMP TABLE shared_number AS
SELECT number FROM left_number GROUP BY number HAVING count(*) > getvariable('shared_number');

CREATE OR REPLACE TEMP TABLE right_facts AS
SELECT row AS rrow, unnest(list_filter(['birth:' || birth_day(birth_date), 'phone:' || phone_key(phone), 'address:' || address_key(address)],
                                       lambda fact: fact IS NOT NULL)) AS fact
FROM right_side
WHERE row IN (SELECT rrow FROM right_name JOIN hot_name USING (how, key));

CREATE OR REPLACE TEMP TABLE candidate AS
WITH by_number AS (
  SELECT lrow, rrow FROM left_number JOIN right_number USING (number) WHERE number NOT IN (SELECT number FROM shared_number)
  UNION
  SELECT lrow, rrow FROM left_number l JOIN right_number r USING (number) JOIN left_key USING (lrow) JOIN right_key USING (rrow)
  WHERE number IN (SELECT number FROM shared_number) AND left_key.folded = right_key.folded),
by_name AS (
  SELECT lrow, rrow FROM left_name JOIN right_name USING (how, key)
  WHERE (how, key) NOT IN (SELECT (how, key) FROM hot_name)
  UNION
  SELECT lrow, rrow FROM left_name JOIN hot_name USING (how, key) JOIN right_name USING (how, key)
  JOIN left_facts USING (lrow) JOIN right_facts USING (rrow, fact))
SELECT lrow, rrow, bool_or(number_agrees) AS number_agrees
FROM (SELECT lrow, rrow, true AS number_agrees FROM by_number UNION ALL SELECT lrow, rrow, false FROM by_name)
GROUP BY lrow, rrow;

-- Two valid numbers of one kind that differ are two parties, whatever the name says: most namesakes end here, before anything is compared.
CREATE OR REPLACE TEMP TABLE number_proof AS
SELECT number, coalesce(id_strong(number), false) AS strong, id_kind(number) AS kind,
       CASE WHEN org_code_valid(number) THEN number ELSE uscc_org_code(number) END AS org
FROM (SELECT number FROM left_key WHERE number IS NOT NULL
      UNION SELECT number FROM right_key WHERE number IS NOT NULL AND rrow IN (SELECT rrow FROM candidate));

CREATE OR REPLACE TEMP MACRO damaged_by_spreadsheet(damaged, whole) AS right(damaged, 3) = '000' AND left(damaged, 15) = left(whole, 15);
CREATE OR REPLACE TEMP TABLE two_parties AS
SELECT c.lrow, c.rrow
FROM candidate c
JOIN left_key l ON l.lrow = c.lrow JOIN right_key r ON r.rrow = c.rrow
JOIN number_proof lp ON lp.number = l.number JOIN number_proof rp ON rp.number = r.number
WHERE l.number <> r.number AND (lp.org = rp.org) IS NOT TRUE AND lp.kind = rp.kind AND lp.strong AND rp.strong
      AND NOT damaged_by_spreadsheet(l.number, r.number) AND NOT damaged_by_spreadsheet(r.number, l.number)
   OR lp.org <> rp.org
   OR l.number <> r.number AND lp.kind = 'reg_no' AND rp.kind = 'reg_no';
DELETE FROM candidate USING two_parties t WHERE t.lrow = candidate.lrow AND t.rrow = candidate.rrow;

-- What narrowing left out, per name. Grain: how, key.
CREATE OR REPLACE TEMP TABLE not_compared AS
WITH compared AS (
  SELECT how, key, count(DISTINCT (lrow, rrow)) AS pairs
  FROM left_name JOIN hot_name USING (how, key) JOIN right_name USING (how, key) JOIN left_facts USING (lrow) JOIN right_facts USING (rrow, fact)
  GROUP BY ALL)
SELECT how, key, hot_name.pairs - coalesce(compared.pairs, 0) AS pairs FROM hot_name LEFT JOIN compared USING (how, key);

-- Rarity of the names that occur on the left: persons of that name among the persons delivered. The same name under the same number is one.
CREATE OR REPLACE TEMP TABLE name_rarity AS
WITH delivered AS (SELECT count(folded) AS people FROM right_key),
bearer AS (
  SELECT folded AS key, count(DISTINCT coalesce(number, '#' || rrow)) AS people
  FROM right_key WHERE folded IN (SELECT key FROM left_name WHERE how = 'whole') GROUP BY folded)
SELECT key, round(least(getvariable('name_most'), greatest(getvariable('name_least'),
         log2((delivered.people + getvariable('name_population')) / (coalesce(bearer.people, 0) + getvariable('name_unseen'))))), 2) AS bits
FROM (SELECT DISTINCT key FROM left_name WHERE how = 'whole') CROSS JOIN delivered LEFT JOIN bearer USING (key);
