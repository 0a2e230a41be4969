-- Which pairs are worth comparing: those that share a key and are not two parties beyond doubt. Reads asked_key, met_key, left_party, right_party
-- and the name forms. Grain of candidate: left row, right row.

CREATE OR REPLACE TEMP TABLE shared_key AS SELECT DISTINCT l.row AS lrow, r.row AS rrow FROM asked_key l JOIN met_key r USING (hash);

CREATE OR REPLACE TEMP TABLE judged AS
SELECT s.lrow, s.rrow,
  coalesce(l.strong AND r.strong AND l.kind = r.kind AND l.number <> r.number AND NOT coalesce(list_contains(r.more_numbers, l.number), false)
           AND NOT (l.was_15 OR r.was_15) AND (l.org = r.org) IS NOT TRUE
           OR l.org <> r.org OR l.kind = 'reg_no' AND r.kind = 'reg_no' AND l.number <> r.number, false) AS numbers_conflict,
  -- what can speak against a conflict of numbers: a fact that names the same person, a field of several owners, the name of a branch
  coalesce(l.phone = r.phone, false) OR coalesce(l.birth_given = r.birth_given AND r.birth_given <> r.number_birth, false)
    OR coalesce(l.number_birth = r.birth_given AND r.number_birth <> r.birth_given, false)
    OR coalesce(list_contains(rf.parts, lf.folded), false) OR coalesce(l.is_org AND r.is_org AND rf.head_core = lf.core, false) AS excused,
  w.bits >= getvariable('rare_name') AS rare,
  NOT l.is_org AND NOT r.is_org AND lf.folded = rf.folded AND NOT w.hot AS namesakes, l.number_birth = r.number_birth AS born_on_one_day
FROM shared_key s JOIN left_party l ON l.row = s.lrow JOIN right_party r ON r.row = s.rrow
LEFT JOIN left_form lf ON lf.name_id = l.name_id LEFT JOIN right_form rf ON rf.name_id = r.name_id
LEFT JOIN name_worth w ON w.folded = lf.folded AND w.is_org = l.is_org;

-- or the same place, of people whose name is rare enough for that to mean something. Each address is read once.
CREATE OR REPLACE TEMP TABLE left_place AS
SELECT row, place, regexp_extract_all(place, '[0-9]+') AS numbers FROM (
  SELECT row, address_key(address) AS place FROM left_side WHERE row IN (SELECT lrow FROM judged WHERE numbers_conflict AND NOT excused AND rare));
CREATE OR REPLACE TEMP TABLE right_place AS
SELECT row, place, regexp_extract_all(place, '[0-9]+') AS numbers FROM (
  SELECT row, address_key(address) AS place FROM right_side WHERE row IN (SELECT rrow FROM judged WHERE numbers_conflict AND NOT excused AND rare));

CREATE OR REPLACE TEMP TABLE candidate AS
SELECT lrow, rrow, numbers_conflict FROM judged WHERE NOT numbers_conflict OR excused
UNION ALL
SELECT j.lrow, j.rrow, true
FROM judged j JOIN left_place l ON l.row = j.lrow JOIN right_place r ON r.row = j.rrow
WHERE j.numbers_conflict AND NOT j.excused AND j.rare
  AND (contains(l.place, r.place) OR contains(r.place, l.place) OR len(l.numbers) > 1 AND l.numbers = r.numbers AND left(l.place, 3) = left(r.place, 3));
