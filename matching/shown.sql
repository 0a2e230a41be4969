-- The links to show: of leads at most so many for each debtor, weakest last, so that the commonest names go first. Reads answer. Sorted, so that
-- the same input gives the same output.
SELECT left_id, right_id, probability, tier, evidence
FROM answer
QUALIFY NOT lead OR row_number() OVER (PARTITION BY left_id, lead ORDER BY probability DESC, right_id) <= getvariable('leads_per_left')
ORDER BY left_id, right_id;
