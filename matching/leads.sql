-- Which pairs become links, while they are still narrow. Reads decided, both sides; makes weaker, lead_count and told.
-- A lead has nothing but a name and what stands beside it; the commonest names bring tens of thousands.

CREATE OR REPLACE TEMP TABLE repeated_left AS
SELECT row FROM left_side WHERE record_id IN (SELECT record_id FROM left_side GROUP BY record_id HAVING count(*) > 1);

-- The whole right side: whoever may stand there twice is first sought by a number.
CREATE OR REPLACE TEMP TABLE repeated_right AS
WITH alike AS (SELECT row, record_id FROM right_side WHERE hash(record_id) IN (SELECT hash(record_id) AS number FROM right_side GROUP BY number HAVING count(*) > 1))
SELECT row FROM alike WHERE record_id IN (SELECT record_id FROM alike GROUP BY record_id HAVING count(*) > 1);

-- Of rows that carry the same ids the strongest stays.
CREATE OR REPLACE TEMP TABLE weaker AS
WITH repeated AS (FROM decided WHERE lrow IN (FROM repeated_left) OR rrow IN (FROM repeated_right)),
placed AS (
  SELECT s.lrow, s.rrow, row_number() OVER (PARTITION BY l.record_id, r.record_id
           ORDER BY list_position(['confirmed', 'probable', 'possible'], s.tier), s.score DESC, l.id_number, l.name, r.id_number, r.name, r.birth_date, r.address, r.phone,
                    l.birth_date, l.address, l.phone) AS place
  FROM repeated s JOIN left_side l ON l.row = s.lrow JOIN right_side r ON r.row = s.rrow)
SELECT lrow, rrow FROM placed WHERE place > 1;

-- Grain: left_id. Every lead, kept or not.
CREATE OR REPLACE TEMP TABLE lead_count AS
SELECT l.record_id AS left_id, count(*) AS leads
FROM decided s ANTI JOIN weaker w ON w.lrow = s.lrow AND w.rrow = s.rrow
JOIN left_side l ON l.row = s.lrow
WHERE s.is_lead GROUP BY l.record_id;

-- Of leads at most so many for each debtor, weakest last, so that the commonest names go first; lead_order decides between equals.
CREATE OR REPLACE TEMP TABLE told AS
WITH standing AS (SELECT s.lrow, s.rrow, s.score, s.is_lead FROM decided s ANTI JOIN weaker w ON w.lrow = s.lrow AND w.rrow = s.rrow),
first_row AS (SELECT row, min(row) OVER (PARTITION BY record_id) AS first FROM left_side),
ordered AS (
  SELECT s.lrow, s.rrow, row_number() OVER (PARTITION BY f.first ORDER BY probability_of(s.score) DESC, lead_order(r.record_id)) AS place
  FROM standing s JOIN first_row f ON f.row = s.lrow JOIN right_side r ON r.row = s.rrow WHERE s.is_lead
  QUALIFY place <= getvariable('leads_kept'))
SELECT lrow, rrow, NULL::BIGINT AS place FROM standing WHERE NOT is_lead
UNION ALL SELECT lrow, rrow, place FROM ordered;
