-- What holds of every published database, whatever was delivered: each query, under its name, finds the rows that break it.

-- no_target_is_above_what_is_owed
SELECT t.* FROM target t JOIN debtor_case c USING (debtor_id, case_no) WHERE t.amount_to_control > c.balance;

-- what_is_known_to_cover_is_never_more_than_owed
SELECT t.debtor_id, t.case_no FROM target t JOIN debtor_case c USING (debtor_id, case_no)
JOIN asset a USING (debtor_id, asset_id)
WHERE a.net_value > 0 AND a.handling = 'normal' GROUP BY ALL HAVING sum(t.amount_to_control) > any_value(c.balance);

-- no_target_of_known_net_value_is_above_it_and_what_we_hold
SELECT t.* FROM target t JOIN asset a USING (debtor_id, asset_id)
WHERE a.net_value > 0 AND a.handling = 'normal' AND t.amount_to_control > a.net_value
  AND NOT (a.kind = 'deposit' AND t.amount_to_control <= a.gross_value
           AND EXISTS (FROM seizure s WHERE s.asset_id = a.asset_id AND s.is_ours AND s.released_at IS NULL));

-- a_deduction_takes_no_more_than_the_balance
SELECT t.* FROM target t JOIN asset a USING (debtor_id, asset_id)
WHERE a.kind = 'deposit' AND t.recommended_measure = 'deduct' AND a.net_value > 0 AND t.amount_to_control > a.gross_value;

-- coverage_lies_between_nought_and_one_and_grows
SELECT * FROM (SELECT *, lag(cumulative_coverage) OVER (PARTITION BY debtor_id, case_no ORDER BY rank) AS before FROM target)
WHERE cumulative_coverage NOT BETWEEN 0 AND 1 OR cumulative_coverage < before;

-- ranks_count_from_one
SELECT debtor_id, case_no FROM target GROUP BY ALL HAVING min(rank) <> 1 OR max(rank) <> count(*) OR count(DISTINCT rank) <> count(*);

-- net_is_never_above_the_debtors_part_of_gross
FROM asset WHERE net_value < 0 OR net_value > greatest(gross_value, 0) * coalesce(share, 1) + 0.01;

-- net_is_unknown_where_a_part_is
FROM asset WHERE net_value IS NOT NULL AND (share IS NULL OR kind <> 'deposit' AND (gross_value IS NULL OR prior_claims IS NULL));

-- equity_and_projects_have_no_net_value
FROM asset WHERE kind IN ('equity', 'project') AND net_value IS NOT NULL;

-- nobody_owns_more_than_the_whole_unless_flagged
SELECT asset_id FROM asset
WHERE tier = 'confirmed' AND is_current AND (detail ->> 'shares_exceed_whole') IS NULL
  AND (detail ->> 'newer_record_names_another') IS NULL
GROUP BY asset_id HAVING sum(share) > 1.000001;

-- flagged_shares_are_never_counted
FROM asset WHERE (detail ->> 'shares_exceed_whole') = 'true' AND handling IN ('normal', 'reserve');

-- joint_and_unclear_ownership_have_no_share
FROM asset WHERE ownership IN ('joint', 'unclear') AND share IS NOT NULL;

-- only_confirmed_links_make_confirmed_assets
FROM asset a WHERE a.tier = 'confirmed' AND a.is_current AND NOT EXISTS (
    FROM link l JOIN provenance p ON p.source = l.source
    WHERE l.debtor_id = a.debtor_id AND p.asset_id = a.asset_id AND l.tier = 'confirmed')
  AND a.last_seen = (SELECT max(run_date) FROM run);

-- a_lead_is_no_asset
FROM asset WHERE tier = 'possible' AND source <> 'court_cases';

-- only_confirmed_current_and_free_assets_are_targets
SELECT t.* FROM target t LEFT JOIN asset a ON a.debtor_id = t.debtor_id AND a.asset_id = t.asset_id
WHERE a.tier IS DISTINCT FROM 'confirmed' OR NOT a.is_current OR a.handling NOT IN ('normal', 'reserve', 'freeze_only');

-- what_may_only_be_frozen_is_never_deducted
SELECT t.* FROM target t JOIN asset a USING (debtor_id, asset_id)
WHERE a.handling = 'freeze_only' AND t.recommended_measure NOT IN ('freeze', 'waiting_freeze', 'freeze_renewal');

-- totals_count_confirmed_current_assets_that_may_be_realised
SELECT d.debtor_id, d.net_value, t.least, t.most
FROM debtor d LEFT JOIN (
    SELECT debtor_id, coalesce(sum(net_value) FILTER (handling = 'normal'), 0) AS least, coalesce(sum(net_value), 0) AS most
    FROM asset WHERE tier = 'confirmed' AND is_current AND handling IN ('normal', 'reserve') GROUP BY debtor_id) t USING (debtor_id)
WHERE d.net_value NOT BETWEEN coalesce(t.least, 0) AND coalesce(t.most, 0);

-- a_waiting_measure_has_no_dates
FROM seizure WHERE seizure_type LIKE 'waiting%' AND (start_date IS NOT NULL OR end_date IS NOT NULL OR days_to_expiry IS NOT NULL);

-- what_can_be_stopped_is_open
FROM application WHERE can_be_stopped AND (status <> 'open' OR registered_at IS NOT NULL OR stopped_at IS NOT NULL);

-- every_asset_names_its_record
FROM asset WHERE file IS NULL OR row_no IS NULL OR table_name IS NULL;

-- each_debtor_has_an_asset_once
SELECT debtor_id, asset_id FROM asset GROUP BY ALL HAVING count(*) > 1;
