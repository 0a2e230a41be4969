-- What narrowing very common names left out: pairs of one name that no second field brought together, and pairs that only a crowded key would have made
-- (some of them met by another key). Reads right_delivered, hot_name, left_named, shared_key, right_named, crowded_key, asked_key; makes not_compared,
-- one row. Names of the right side as delivered, without blanks: it is not read whole.
CREATE OR REPLACE TEMP TABLE not_compared AS
WITH l AS (SELECT folded, count(*) AS rows FROM left_named WHERE hot GROUP BY folded),
r AS (SELECT h.folded, count(*) AS rows FROM right_delivered d JOIN hot_name h ON h.folded = regexp_replace(d.name, '[ \x{3000}]', '', 'g') GROUP BY h.folded),
met AS (SELECT count(*) AS pairs FROM shared_key s JOIN left_named ln ON ln.row = s.lrow JOIN right_named rn ON rn.row = s.rrow AND rn.folded = ln.folded WHERE ln.hot)
SELECT greatest(coalesce((SELECT sum(l.rows * r.rows) FROM l JOIN r USING (folded)), 0)::BIGINT - met.pairs, 0)
       + coalesce((SELECT sum(c.rows) FROM crowded_key c JOIN asked_key k USING (hash)), 0)::BIGINT AS pairs
FROM met;
