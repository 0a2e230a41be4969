-- Pairs of one kind, counted: what estimation needs. Reads pair_level; makes pattern. Grain: every column but `pairs`.
CREATE OR REPLACE TEMP TABLE pattern AS
SELECT is_org, id_level, name_level, birth_level, sex_level, phone_level, address_level, round(worth * 2) / 2 AS worth, count(*) AS pairs
FROM pair_level GROUP BY ALL;
