-- What changed between two nights. Reads left_rows, right_rows, their digests now and before, answer_before.
CREATE OR REPLACE TEMP VIEW left_stayed AS SELECT record_id FROM left_now JOIN left_before USING (record_id, digest);
CREATE OR REPLACE TEMP VIEW right_stayed AS SELECT record_id FROM right_now JOIN right_before USING (record_id, digest);

CREATE OR REPLACE TEMP TABLE kept_answer AS
FROM answer_before WHERE left_id IN (FROM left_stayed) AND right_id IN (FROM right_stayed);

CREATE OR REPLACE TEMP VIEW left_same AS FROM left_rows WHERE record_id IN (FROM left_stayed);
CREATE OR REPLACE TEMP VIEW left_changed AS FROM left_rows WHERE record_id NOT IN (FROM left_stayed);
CREATE OR REPLACE TEMP VIEW right_changed AS FROM right_rows WHERE record_id NOT IN (FROM right_stayed);
