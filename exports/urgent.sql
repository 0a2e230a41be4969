-- What cannot wait, in ids: urgent alerts, the nearest term first.
SELECT a.kind, a.case_no, c.judge, a.debtor_id, a.asset_id, a.due_on
FROM alert a
LEFT JOIN (SELECT DISTINCT case_no, judge FROM debtor_case) c ON c.case_no = a.case_no
WHERE a.severity = 'urgent'
ORDER BY a.due_on NULLS LAST, a.kind, a.case_no, a.alert_id
