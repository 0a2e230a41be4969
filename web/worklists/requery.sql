-- Closed cases that must be asked about again, due within $days or overdue.
SELECT c.debtor_id, c.case_no, NULL::VARCHAR AS asset_id, c.judge, c.closed_at, c.close_mode, c.balance, c.next_requery_on,
       CASE $sort WHEN 'owed' THEN -c.balance ELSE epoch(c.next_requery_on) END::DOUBLE AS place,
       c.debtor_id || c.case_no AS tie
FROM debtor_case c
WHERE c.next_requery_on <= (SELECT max(run_date) FROM run) + $days::INTEGER
  AND (NOT $own OR c.judge = $officer OR list_contains($cases, c.case_no))
  AND ($judge = '' OR c.judge = $judge) AND ($court = '' OR c.court_code = $court)
