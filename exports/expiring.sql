-- Our own measures in force by what is left of their term, on confirmed assets that exist now; an asset of several owners once.
WITH ours AS (
  SELECT DISTINCT s.asset_id, s.seizure_type, s.case_no, s.doc_no, s.start_date, s.days_to_expiry
  FROM seizure s
  WHERE s.is_ours AND s.released_at IS NULL AND s.days_to_expiry IS NOT NULL
    AND EXISTS (FROM asset a WHERE a.asset_id = s.asset_id AND a.tier = 'confirmed' AND a.is_current))
SELECT count(*) FILTER (days_to_expiry < 0) AS lapsed, count(*) FILTER (days_to_expiry BETWEEN 0 AND 7) AS days_7,
       count(*) FILTER (days_to_expiry BETWEEN 8 AND 15) AS days_15, count(*) FILTER (days_to_expiry BETWEEN 16 AND 30) AS days_30,
       count(*) FILTER (days_to_expiry > 30) AS later
FROM ours
