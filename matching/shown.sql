-- The links to show. Reads answer. Sorted, so that the same input gives the same output.
SELECT left_id, right_id, probability, tier, evidence FROM answer WHERE coalesce(place <= getvariable('leads_per_left'), true)
ORDER BY left_id, right_id;
