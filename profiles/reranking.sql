-- What targets.sql reads, of the debtors of one case (session variable case_no), out of the attached database `published`.
CREATE TEMP TABLE debtor_case AS
SELECT *, closed_at IS NULL AND close_mode IS NULL AS is_open FROM published.main.debtor_case
WHERE case_no_normal(case_no) = case_no_normal(getvariable('case_no'));
CREATE TEMP TABLE debtor AS FROM published.main.debtor SEMI JOIN debtor_case USING (debtor_id);
CREATE TEMP TABLE asset AS FROM published.main.asset SEMI JOIN debtor_case USING (debtor_id);
CREATE TEMP TABLE application AS FROM published.main.application SEMI JOIN debtor_case USING (debtor_id);
CREATE TEMP TABLE liability AS FROM published.main.liability SEMI JOIN debtor_case USING (debtor_id);
CREATE TEMP TABLE encumbrance AS FROM published.main.encumbrance SEMI JOIN asset USING (asset_id);
CREATE TEMP TABLE seizure AS
SELECT *, seizure_type IN ('waiting', 'waiting_pre_seizure', 'waiting_freeze') AS waits,
       NOT waits AND released_at IS NULL AND coalesce(end_date >= getvariable('business_date')::DATE, true)
         AND (table_name <> 'equity_freeze' OR start_date IS NOT NULL) AS in_force
FROM published.main.seizure SEMI JOIN asset USING (asset_id);
