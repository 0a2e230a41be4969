-- A debtor to show: confirmed assets of many kinds, something burdened, something that can still be stopped, something for review.
WITH found AS (
    SELECT a.debtor_id, count(DISTINCT a.kind) FILTER (a.tier = 'confirmed' AND a.is_current) AS kinds,
           count(*) FILTER (a.tier = 'confirmed' AND a.is_current AND a.net_value > 0) AS valued,
           bool_or(a.tier = 'probable' OR a.handling = 'review') AS waits, bool_or(a.handling NOT IN ('normal', 'review')) AS protected,
           bool_or(a.ownership IN ('joint', 'by_shares')) AS shared, count(*) AS assets,
           bool_or(EXISTS (FROM encumbrance e WHERE e.asset_id = a.asset_id AND e.status = 'active')) AS burdened,
           bool_or(EXISTS (FROM seizure s WHERE s.asset_id = a.asset_id AND s.released_at IS NULL)) AS seized
    FROM asset a GROUP BY a.debtor_id),
moving AS (SELECT DISTINCT debtor_id FROM application WHERE can_be_stopped)
SELECT d.debtor_id
FROM debtor d LEFT JOIN found f ON f.debtor_id = d.debtor_id LEFT JOIN moving m ON m.debtor_id = d.debtor_id
-- beyond two dozen assets a profile is no example any more
ORDER BY coalesce(f.assets, 0) <= 24 DESC,
         coalesce(f.kinds, 0) + 2 * (m.debtor_id IS NOT NULL)::INTEGER + coalesce(f.burdened, false)::INTEGER + coalesce(f.seized, false)::INTEGER
         + coalesce(f.waits, false)::INTEGER + coalesce(f.protected, false)::INTEGER + coalesce(f.shared, false)::INTEGER DESC,
         coalesce(f.valued, 0) DESC, d.debtor_id
LIMIT 1;
