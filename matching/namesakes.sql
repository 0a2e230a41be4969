-- Namesakes whom two valid numbers tell apart: how many of them were born on one day? One row.
CREATE OR REPLACE TEMP TABLE namesake AS
SELECT count(*) AS pairs, count(*) FILTER (born_on_one_day) AS born_on_one_day FROM judged WHERE numbers_conflict AND namesakes;
