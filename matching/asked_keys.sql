-- What the left side asks for. Grain of asked_key: way, hash, left row.
CREATE OR REPLACE TEMP TABLE asked_key AS SELECT DISTINCT what, hash, row FROM left_key;
