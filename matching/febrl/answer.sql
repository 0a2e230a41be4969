-- Levels to weights, weights to a score, score to a tier; every link with its evidence. Grain: left_id, right_id; of rows that carry the same ids the
-- strongest. Reads pair_level, candidate, both sides with values and texts, weight (place, field, level, bits, household: whether
-- relatives share the field, common: log2 of the share of equal strangers, where the rarity of a value counts); makes answer.

-- How much rarer, in bits, a text of the left is than texts of its field that agree by chance.
CREATE OR REPLACE TEMP TABLE rarity AS
WITH counted AS (
  SELECT field, value, count(*) AS rows
  FROM (SELECT t.field, value FROM left_value JOIN left_text t USING (text) UNION ALL SELECT t.field, value FROM right_value JOIN right_text t USING (text))
  GROUP BY ALL),
shared AS (SELECT field, value, rows / sum(rows) OVER (PARTITION BY field) AS share FROM counted)
SELECT t.text, w.common - log2(s.share) AS bits
FROM left_text t JOIN shared s USING (field, value) JOIN weight w ON w.field = t.field AND w.common IS NOT NULL;

-- However common a value, that it is equal never speaks against a match.
CREATE OR REPLACE TEMP TABLE weighed AS
SELECT p.lrow, p.rrow, p.field, w.place, p.level, w.household,
  round(CASE WHEN p.level = 'equal' THEN greatest(w.bits + coalesce(r.bits, 0), 0) ELSE w.bits END, 2) AS weight
FROM pair_level p JOIN candidate USING (lrow, rrow) JOIN weight w ON w.field = p.field AND w.level = p.level
LEFT JOIN rarity r ON r.text = CASE WHEN p.level = 'equal' THEN p.l_text END;

-- Names alone, however rare, are never more than possible.
CREATE OR REPLACE TEMP TABLE scored AS
WITH summed AS (
  SELECT lrow, rrow, getvariable('prior') + sum(weight) AS total,
    round(log2(1 + pow(2, getvariable('prior') + getvariable('relatives') + coalesce(sum(weight) FILTER (household), 0))), 2) AS rival,
    bool_or(weight > 0 AND level IN ('equal', 'near') AND field NOT IN ('given_name', 'surname')) AS more_than_names
  FROM weighed GROUP BY lrow, rrow)
SELECT lrow, rrow, l.record_id AS left_id, r.record_id AS right_id, nullif(rival, 0) AS rival, round(total - rival, 2) AS score,
  CASE WHEN more_than_names AND score >= getvariable('confirmed') THEN 'confirmed'
       WHEN more_than_names AND score >= getvariable('probable') THEN 'probable' ELSE 'possible' END AS tier
FROM summed JOIN left_side l ON l.row = lrow JOIN right_side r ON r.row = rrow
WHERE score >= getvariable('lead_floor')
QUALIFY row_number() OVER (PARTITION BY left_id, right_id ORDER BY list_position(['confirmed', 'probable', 'possible'], tier), score DESC, lrow, rrow) = 1;

CREATE OR REPLACE TEMP TABLE answer AS
SELECT s.left_id, s.right_id, 1 / (1 + pow(2, -s.score)) AS probability, s.tier,
  list_filter(list_concat([
      {'field': 'prior', 'left': CAST(NULL AS VARCHAR), 'right': CAST(NULL AS VARCHAR), 'level': 'prior', 'weight': getvariable('prior')},
      {'field': 'rival', 'left': NULL, 'right': NULL, 'level': 'relative', 'weight': -s.rival}],
    list({'field': w.field, 'left': l.delivered, 'right': r.delivered, 'level': w.level, 'weight': w.weight} ORDER BY w.place)),
    lambda entry: entry.weight IS NOT NULL) AS evidence,
  CASE WHEN s.tier = 'possible' THEN row_number() OVER (PARTITION BY s.left_id, s.tier ORDER BY probability_of(s.score) DESC, lead_order(s.right_id)) END AS place
FROM scored s JOIN weighed w USING (lrow, rrow) JOIN ordered o USING (lrow, rrow)
LEFT JOIN left_value l ON l.row = lrow AND l.field = w.field
LEFT JOIN right_value r ON r.row = rrow AND r.field = opposite(w.field, o.names_crossed, o.addresses_crossed)
GROUP BY s.left_id, s.right_id, s.score, s.rival, s.tier;

CREATE OR REPLACE TEMP TABLE lead_count AS SELECT left_id, count(*) AS leads FROM answer WHERE place IS NOT NULL GROUP BY left_id;
