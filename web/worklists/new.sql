-- What the last night found changed. With the newest open case of the debtor.
WITH tonight AS (SELECT * FROM change_event WHERE run_date = (SELECT max(run_date) FROM run) AND ($change = '' OR kind = $change)),
cases AS (
  SELECT o.* FROM debtor_case o SEMI JOIN tonight USING (debtor_id)
  WHERE (NOT $own OR o.judge = $officer OR list_contains($cases, o.case_no)) AND ($judge = '' OR o.judge = $judge)
  QUALIFY row_number() OVER (PARTITION BY debtor_id ORDER BY closed_at IS NOT NULL, filed_at DESC, case_no) = 1)
SELECT e.debtor_id, c.case_no, e.asset_id, c.judge, e.kind AS change, e.source, e.before, e.after, c.balance,
       CASE $sort WHEN 'owed' THEN -c.balance ELSE list_position(['asset_found', 'application_accepted', 'asset_gone'], e.kind) END::DOUBLE AS place,
       e.event_id AS tie
FROM tonight e
JOIN cases c ON c.debtor_id = e.debtor_id
