-- Alerts about the debtors of these cases, but for those that belong to another case.
SELECT * FROM alert
WHERE debtor_id IN (SELECT debtor_id FROM debtor_case WHERE case_no IN (SELECT unnest($cases::VARCHAR[])))
  AND (case_no IS NULL OR case_no IN (SELECT unnest($cases::VARCHAR[]))) AND ($severity::VARCHAR IS NULL OR severity = $severity)
ORDER BY list_position(['urgent', 'high', 'normal'], severity), due_on NULLS LAST, kind, alert_id LIMIT $limit OFFSET $start;
