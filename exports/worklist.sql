-- What one judge has to look at: the alerts of his cases with the debtors' names, urgent first, then by term. $judge null: cases without a judge.
SELECT a.severity, a.kind, a.case_no, d.name, a.debtor_id, a.message_zh, a.due_on, a.legal_basis
FROM alert a
JOIN (SELECT DISTINCT case_no FROM debtor_case WHERE judge IS NOT DISTINCT FROM $judge) c ON c.case_no = a.case_no
LEFT JOIN debtor d ON d.debtor_id = a.debtor_id
ORDER BY list_position(['urgent', 'high', 'normal'], a.severity), a.due_on NULLS LAST, a.case_no, a.kind, a.alert_id
