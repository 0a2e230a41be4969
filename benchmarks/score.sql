-- judged: every link with whether it is true, whom it ties to whom, and what had happened to the two rows.
CREATE TABLE judged AS
SELECT l.task, l.left_id, l.right_id, l.probability, l.tier, t.left_id IS NOT NULL AS correct, d.held,
       r.party_type, r.source,
       list_concat(list_transform(d.kinds, lambda k: 'debtor_row:' || k), r.kinds) AS kinds,
       -- what may explain a wrong link; how a cell is written and where somebody lived before seldom do
       list_filter(r.kinds, lambda k: NOT list_contains(
           ['moved', 'phone_changed', 'household_phone', 'blanks', 'width', 'bracket_width', 'lower_x', 'inner_spaces',
            'apostrophe', 'full_width_digits', 'old_15_digits'], k)) AS telling,
       CASE WHEN t.left_id IS NOT NULL THEN 'true'
            WHEN d.number = r.number AND d.reached <> r.reached THEN 'one number, two people'
            WHEN d.family = r.family AND r.party_type = 'person' AND (d.role = 'twin' OR r.role = 'twin') THEN 'twins'
            WHEN d.family = r.family THEN d.role || ' and ' || r.role
            WHEN r.role = 'similar firm' AND left(d.true_name, 4) = left(r.true_name, 4) THEN 'similar firm'
            WHEN d.true_name = r.true_name AND d.true_birth = r.true_birth THEN 'namesake born the same day'
            WHEN d.true_name = r.true_name THEN 'namesake'
            WHEN d.true_birth = r.true_birth THEN 'stranger born the same day'
            ELSE 'stranger' END AS relation
FROM links l JOIN debtors d ON d.task = l.task AND d.record_id = l.left_id
JOIN records r ON r.task = l.task AND r.record_id = l.right_id
LEFT JOIN truth t ON t.task = l.task AND t.left_id = l.left_id AND t.right_id = l.right_id;

-- pairs: the true pairs with what became of them, and the wrong links.
CREATE TABLE pairs AS
SELECT t.party_type, t.source, t.kinds, true AS is_true, l.probability, l.tier
FROM truth t LEFT JOIN links l ON l.task = t.task AND l.left_id = t.left_id AND l.right_id = t.right_id
UNION ALL
SELECT party_type, source, kinds, false, probability, tier FROM judged WHERE NOT correct;

CREATE MACRO by_part(part) AS TABLE
WITH labelled AS (
    SELECT unnest(CASE part WHEN 'party_type' THEN [party_type] WHEN 'source' THEN [source]
                  ELSE CASE WHEN len(kinds) = 0 THEN ['clean'] ELSE kinds END END) AS what,
           is_true, coalesce(probability, -1) >= getvariable('best') AS taken, coalesce(tier, '') = 'confirmed' AS confirmed
    FROM pairs)
SELECT what, count(*) FILTER (is_true), count(*) FILTER (is_true AND NOT taken),
       count(*) FILTER (is_true AND NOT confirmed), count(*) FILTER (NOT is_true AND taken),
       count(*) FILTER (NOT is_true AND confirmed)
FROM labelled GROUP BY what ORDER BY 2 DESC, 1;
