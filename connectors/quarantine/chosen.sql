-- The rows that are asked for; a condition that is null asks for nothing.
CREATE OR REPLACE TEMP VIEW quarantine_chosen AS
FROM quarantine_case
WHERE (getvariable('chosen_source') IS NULL OR source = getvariable('chosen_source'))
  AND (getvariable('chosen_reason') IS NULL OR list_contains(reasons, getvariable('chosen_reason')))
  AND (getvariable('chosen_delivery') IS NULL OR getvariable('chosen_delivery') IN (delivery_id, origin))
  AND (getvariable('chosen_since') IS NULL OR since >= getvariable('chosen_since')::DATE)
  AND (getvariable('chosen_state') = 'all' OR (waiver_id IS NOT NULL) = (getvariable('chosen_state') = 'waived'));
