-- Companies that a debtor leads without holding a share in them: a clue to hidden holdings, no asset and no identity. A lead in
-- `best_link`, of no party of the record (part 0), so that nothing of the company's becomes the debtor's. Reads led_entity, best_link.
-- Nobody delivers who controls a company in fact; the register names its legal representative alone.

INSERT INTO best_link BY NAME
WITH led AS (
    FROM led_entity
    WHERE entity_kind IN ('company', 'sole_investor', 'partnership', 'cooperative') AND status IS DISTINCT FROM 'cancelled'),
held AS (
    SELECT b.debtor_id, e.entity_id
    FROM best_link b JOIN enterprises__equity e ON e.equity_id = b.record_id
    WHERE b.source = 'enterprises' AND b.table_name = 'equity' AND b.tier <> 'possible')
SELECT keyed_id('L', concat_ws(chr(31), l.debtor_id, 'enterprises', 'base', l.entity_id)) AS link_id,
       l.debtor_id, 'enterprises' AS source, 'base' AS table_name, l.entity_id AS record_id, 0 AS part, '' AS asked_debtor, 1 AS variant,
       'represented' AS reach, display_name(l.name) AS basis, NULL::DOUBLE AS probability, 'possible' AS tier, [] AS evidence,
       false AS name_only, false AS number_asked, true AS by_model, false AS contradicts
FROM led l
ANTI JOIN held h ON h.debtor_id = l.debtor_id AND h.entity_id = l.entity_id
ANTI JOIN best_link b ON b.debtor_id = l.debtor_id AND b.source = 'enterprises' AND b.table_name = 'base' AND b.record_id = l.entity_id;
