-- Of the right side's keys, those that the left side asks for. Grain of met_key: hash, right row.
CREATE OR REPLACE TEMP TABLE met_key AS SELECT DISTINCT hash, row FROM right_key WHERE hash IN (SELECT hash FROM asked_key);
