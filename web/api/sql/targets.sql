-- Recommended measures in these cases, best first in each.
SELECT * FROM target WHERE case_no IN (SELECT unnest($cases::VARCHAR[])) ORDER BY case_no, debtor_id, rank LIMIT $limit OFFSET $start;
