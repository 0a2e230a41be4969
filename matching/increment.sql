-- What changed between two nights. Reads left_rows, right_rows, their digests now and before, answer_before, beyond_before.
CREATE OR REPLACE TEMP VIEW right_stayed AS SELECT record_id FROM right_now JOIN right_before USING (record_id, digest);

-- Of a debtor with more leads than were kept, so many kept ones may be gone that others would have to be shown: he is compared anew.
CREATE OR REPLACE TEMP VIEW left_stayed AS
WITH standing AS (SELECT left_id, count(*) AS leads FROM answer_before WHERE place IS NOT NULL AND right_id IN (FROM right_stayed) GROUP BY left_id),
short AS (SELECT b.left_id FROM beyond_before b LEFT JOIN standing s USING (left_id) WHERE coalesce(s.leads, 0) < getvariable('leads_per_left'))
SELECT record_id FROM left_now JOIN left_before USING (record_id, digest) WHERE record_id NOT IN (SELECT left_id FROM short);

CREATE OR REPLACE TEMP TABLE kept_answer AS
FROM answer_before WHERE left_id IN (FROM left_stayed) AND right_id IN (FROM right_stayed);

-- Of debtors that stay: how many leads were left out, and the last one kept, behind which all of them stand.
CREATE OR REPLACE TEMP TABLE kept_beyond AS
SELECT b.left_id, b.leads, l.a.probability AS last_probability, l.a.right_id AS last_right_id
FROM beyond_before b
JOIN (SELECT left_id, arg_max({'probability': probability, 'right_id': right_id}, place) AS a FROM answer_before WHERE place IS NOT NULL GROUP BY left_id) l USING (left_id)
WHERE b.left_id IN (FROM left_stayed);

CREATE OR REPLACE TEMP VIEW left_same AS FROM left_rows WHERE record_id IN (FROM left_stayed);
CREATE OR REPLACE TEMP VIEW left_changed AS FROM left_rows WHERE record_id NOT IN (FROM left_stayed);
CREATE OR REPLACE TEMP VIEW right_changed AS FROM right_rows WHERE record_id NOT IN (FROM right_stayed);
