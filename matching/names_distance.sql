-- The pairs that only the edit distance can judge. name_distance: pair, distance (optimal string alignment, in code points).
CREATE OR REPLACE TEMP TABLE name_level AS
SELECT s.pair,
  coalesce(s.level,
    CASE WHEN d.distance = 1 AND least(length(l_folded), length(r_folded)) >= CASE WHEN org THEN 6 ELSE 4 END THEN 'one_edit'
         WHEN d.distance = 1 AND left(l_folded, 1) = left(r_folded, 1) THEN 'close'
         WHEN s.same_letters THEN 'close'
         WHEN org AND d.distance <= greatest(length(l_folded), length(r_folded)) / 6 THEN 'close'
         ELSE 'unlike' END) AS level
FROM name_settled s LEFT JOIN name_distance d USING (pair);
