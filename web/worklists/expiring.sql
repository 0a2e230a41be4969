-- Our own measures that end within $days, on assets that exist now, and those that have ended and that nobody released. An asset of
-- several debtors stands under each.
SELECT a.debtor_id, s.case_no, a.asset_id, c.judge, s.seizure_type, s.doc_no, s.amount, s.start_date, s.end_date, s.days_to_expiry,
       CASE $sort WHEN 'amount' THEN -s.amount ELSE s.days_to_expiry END::DOUBLE AS place,
       concat_ws(' ', a.asset_id, a.debtor_id, s.doc_no, s.source, s.table_name, s.row_no) AS tie
FROM seizure s
JOIN asset a ON a.asset_id = s.asset_id AND a.is_current AND a.tier = 'confirmed'
LEFT JOIN debtor_case c ON c.debtor_id = a.debtor_id AND c.case_no = s.case_no
WHERE s.is_ours AND s.released_at IS NULL AND s.days_to_expiry <= $days
  AND (NOT $own OR c.judge = $officer OR list_contains($cases, c.case_no))
  AND ($judge = '' OR c.judge = $judge) AND ($kind = '' OR a.kind = $kind)
