-- The answer of a night from its parts: what was kept and what was found. Reads part_answer, part_beyond (left_id, leads, and of a debtor compared
-- with changed records only the last lead kept the night before); makes answer and beyond.
CREATE OR REPLACE TEMP TABLE lead_place AS
WITH last AS (SELECT left_id, last_probability, lead_order(last_right_id) AS last_order FROM part_beyond WHERE last_right_id IS NOT NULL),
lead AS (SELECT left_id, right_id, probability, lead_order(right_id) AS turn FROM part_answer WHERE place IS NOT NULL)
SELECT e.left_id, e.right_id,
       -- behind the last one kept stand others, that are not known here: no place can be given
       CASE WHEN last.left_id IS NULL OR e.probability > last.last_probability OR e.probability = last.last_probability AND e.turn <= last.last_order
            THEN row_number() OVER (PARTITION BY e.left_id ORDER BY e.probability DESC, e.turn) END AS place
FROM lead e LEFT JOIN last USING (left_id);

CREATE OR REPLACE TEMP TABLE answer AS
SELECT a.left_id, a.right_id, a.probability, a.tier, a.evidence, p.place
FROM part_answer a LEFT JOIN lead_place p ON p.left_id = a.left_id AND p.right_id = a.right_id
WHERE a.place IS NULL OR p.place <= getvariable('leads_kept');

-- Grain: left_id. Leads that are not kept; of a debtor that was not compared anew, those that went unseen are still counted.
CREATE OR REPLACE TEMP TABLE beyond AS
SELECT left_id, sum(leads)::BIGINT AS leads
FROM (SELECT left_id, leads FROM part_beyond
      UNION ALL SELECT left_id, count(*) FROM lead_place WHERE coalesce(place > getvariable('leads_kept'), true) GROUP BY left_id)
GROUP BY left_id;
