-- Recommended measures across cases. Assets are joined where they are shown (shown.sql): all of them would cost more than the rest together.
SELECT t.debtor_id, t.case_no, t.asset_id, c.judge, c.balance, t.rank, t.recommended_measure, t.amount_to_control, t.addressee,
       CASE $sort WHEN 'rank' THEN t.rank WHEN 'coverage' THEN d.coverage_ratio WHEN 'owed' THEN -c.balance ELSE -t.amount_to_control END::DOUBLE AS place,
       t.asset_id || t.case_no AS tie
FROM target t
JOIN debtor d ON d.debtor_id = t.debtor_id
JOIN debtor_case c ON c.debtor_id = t.debtor_id AND c.case_no = t.case_no
WHERE (NOT $own OR c.judge = $officer OR list_contains($cases, c.case_no))
  AND ($judge = '' OR c.judge = $judge) AND ($court = '' OR c.court_code = $court)
  AND ($kind = '' OR t.asset_id IN (SELECT asset_id FROM asset WHERE kind = $kind)) AND ($measure = '' OR t.recommended_measure = $measure)
  AND ($amount = 0 OR t.amount_to_control >= $amount)
  AND ($coverage = '' OR $coverage = 'none' AND coalesce(d.net_value, 0) = 0 OR $coverage = 'part' AND d.coverage_ratio > 0 AND d.coverage_ratio < 1
       OR $coverage = 'full' AND d.coverage_ratio >= 1)
