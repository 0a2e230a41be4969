-- The pairs that only the edit distance can judge. Reads name_settled and name_distance (pair, distance in code points,
-- sounds_alike). Makes name_level.
CREATE OR REPLACE TEMP TABLE name_level AS
SELECT s.pair, s.visible,
  coalesce(s.level,
    CASE WHEN d.sounds_alike THEN CASE WHEN org OR left(l_folded, 1) = left(r_folded, 1) THEN 'homophone' ELSE 'other_surname' END
         WHEN s.same_letters THEN 'swapped'
         WHEN d.distance = 1 AND least(length(l_folded), length(r_folded)) >= CASE WHEN org THEN 6 ELSE 4 END THEN 'one_edit'
         WHEN d.distance = 1 AND left(l_folded, 1) = left(r_folded, 1) THEN 'close'
         WHEN d.distance = 1 AND length(l_folded) = length(r_folded) AND NOT org AND length(l_folded) >= 3 THEN 'other_surname'
         WHEN org AND d.distance <= greatest(length(l_folded), length(r_folded)) / 6 THEN 'close'
         ELSE 'unlike' END) AS level
FROM name_settled s LEFT JOIN name_distance d USING (pair);
