-- Procedures that can still be stopped: accepted, and not entered into the register. With the newest open case of the debtor.
WITH cases AS (
  SELECT o.* FROM debtor_case o SEMI JOIN (FROM application WHERE can_be_stopped) USING (debtor_id)
  WHERE (NOT $own OR o.judge = $officer OR list_contains($cases, o.case_no)) AND ($judge = '' OR o.judge = $judge)
  QUALIFY row_number() OVER (PARTITION BY debtor_id ORDER BY closed_at IS NOT NULL, filed_at DESC, case_no) = 1)
SELECT p.debtor_id, c.case_no, p.asset_id, c.judge, p.source, p.app_type, p.app_no, p.accepted_at, p.stage, p.counterparty, p.price,
       CASE $sort WHEN 'amount' THEN -p.price ELSE epoch(p.accepted_at) END::DOUBLE AS place,
       p.application_id || p.debtor_id AS tie
FROM application p
JOIN cases c ON c.debtor_id = p.debtor_id
WHERE p.can_be_stopped AND ($source = '' OR p.source = $source)
