-- Companies that a debtor leads without holding a share in them: a clue to hidden holdings, no asset and no identity. A lead in
-- `best_link`, of no party of the record (part 0), so that nothing of the company's becomes the debtor's. Reads debtor_identity, best_link.
-- Nobody delivers who controls a company in fact; the register names its legal representative alone.

INSERT INTO best_link BY NAME
WITH company AS MATERIALIZED (
    -- nearly every number stands there as it should: those are not taken apart
    SELECT entity_id, name, legal_rep_name,
           CASE WHEN regexp_full_match(legal_rep_id, '[0-9]{17}[0-9X]') THEN legal_rep_id
                ELSE id_normal(legal_rep_id_type, legal_rep_id) END AS id_number
    FROM enterprises__base
    WHERE entity_kind IN ('company', 'sole_investor', 'partnership', 'cooperative') AND status IS DISTINCT FROM 'cancelled'),
led AS (
    SELECT i.debtor_id, i.variant, c.entity_id, c.name
    FROM company c
    JOIN debtor_identity i ON i.id_number = c.id_number AND i.reach = 'direct' AND i.party_type = 'person'
    WHERE id_strong(i.id_number) AND names_alike(name_key(i.name), name_key(c.legal_rep_name))
    QUALIFY row_number() OVER (PARTITION BY i.debtor_id, c.entity_id ORDER BY i.variant) = 1),
held AS (
    SELECT b.debtor_id, e.entity_id
    FROM best_link b JOIN enterprises__equity e ON e.equity_id = b.record_id
    WHERE b.source = 'enterprises' AND b.table_name = 'equity' AND b.tier <> 'possible')
SELECT keyed_id('L', concat_ws(chr(31), l.debtor_id, 'enterprises', 'base', l.entity_id)) AS link_id,
       l.debtor_id, 'enterprises' AS source, 'base' AS table_name, l.entity_id AS record_id, 0 AS part, '' AS asked_debtor, l.variant,
       'represented' AS reach, display_name(l.name) AS basis, NULL::DOUBLE AS probability, 'possible' AS tier, [] AS evidence,
       false AS name_only, false AS number_asked, true AS by_model, false AS contradicts
FROM led l
ANTI JOIN held h ON h.debtor_id = l.debtor_id AND h.entity_id = l.entity_id
ANTI JOIN best_link b ON b.debtor_id = l.debtor_id AND b.source = 'enterprises' AND b.table_name = 'base' AND b.record_id = l.entity_id;
