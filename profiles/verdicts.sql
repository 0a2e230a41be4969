-- What people decided, over what the model says. Reads standing_verdict, best_link, party, debtor_identity, previous_link.
-- Makes `link_basis` (a digest of what a decision about a link rests on) and `ruling` (each verdict that meets its link:
-- whether it still holds); sets the tier in `best_link`.

CREATE OR REPLACE TEMP MACRO verdict_zh(verdict) AS
    CASE verdict WHEN 'same' THEN '属于该被执行人' WHEN 'different' THEN '不属于该被执行人' ELSE '暂不能认定' END;

-- 1. A link that somebody decided on stays, also where the model no longer shows it: the pair of identity and party that fits best.
INSERT INTO best_link BY NAME
WITH unseen AS (SELECT v.* FROM standing_verdict v ANTI JOIN best_link b ON b.link_id = v.link_id),
keyed AS (
    SELECT source, table_name, record_id, keyed_id('R', source || chr(31) || table_name || chr(31) || record_id) AS record_key
    FROM party SEMI JOIN unseen ON unseen.source = party.source AND unseen.table_name = party.table_name),
record AS (SELECT u.link_id, u.debtor_id, k.source, k.table_name, k.record_id
           FROM unseen u JOIN keyed k ON k.source = u.source AND k.table_name = u.table_name AND k.record_key = u.record_key),
named AS (
    SELECT DISTINCT u.link_id, u.debtor_id, u.source, u.table_name, u.record_id, p.part, coalesce(p.only_debtor_id, '') AS asked_debtor,
           name_key(p.name) AS name_key, id_normal(p.id_type, p.id_number) AS id_number
    FROM record u
    JOIN party p ON p.source = u.source AND p.table_name = u.table_name AND p.record_id = u.record_id
                AND coalesce(p.only_debtor_id, u.debtor_id) = u.debtor_id)
SELECT n.link_id, n.debtor_id, n.source, n.table_name, n.record_id, n.part, n.asked_debtor, i.variant, i.reach, i.basis,
       'possible' AS tier, p.probability, false AS name_only, false AS number_asked, false AS by_model
FROM named n
JOIN debtor_identity i ON i.debtor_id = n.debtor_id
LEFT JOIN previous_link p ON p.link_id = n.link_id
QUALIFY row_number() OVER (
    PARTITION BY n.link_id
    ORDER BY coalesce(i.id_number = n.id_number, false) DESC, coalesce(name_key(i.name) = n.name_key, false) DESC, i.variant, n.part) = 1;

-- 2. What a decision rests on: every compared field, as matching is given it, of the debtor and of the record. Of the debtor all
--    that it itself is called and numbered, and the branch or proprietorship that the link runs over; never tier, probability or model.
CREATE OR REPLACE TEMP MACRO compared_text(party_type, name, former_name, id_type, id_number, birth_date, sex, address, phone) AS
    array_to_string([coalesce(party_type, ''), coalesce(name, ''), coalesce(former_name, ''), coalesce(id_type, ''), coalesce(id_number, ''),
                     coalesce(birth_date, ''), coalesce(sex, ''), coalesce(address, ''), coalesce(phone, '')], chr(31));

CREATE OR REPLACE TEMP VIEW linked_told AS FROM party SEMI JOIN best_link USING (source, table_name, record_id);

CREATE OR REPLACE TEMP TABLE told_part AS
SELECT source, table_name, record_id, asked_debtor, part, hash(source, table_name, record_id, asked_debtor) AS record,
       compared_text(who.party_type, who.name, who.former_name, who.id_type, who.id_number, who.birth_date, who.sex, who.address, who.phone) AS told
FROM compared_party('linked_told');

CREATE OR REPLACE TABLE link_basis AS
WITH identity AS (
    SELECT debtor_id, variant, reach = 'direct' AS direct,
           compared_text(party_type, name, NULL, id_type, id_number, CAST(birth_date AS VARCHAR), sex, address, phone) AS told
    FROM debtor_identity),
itself AS (SELECT debtor_id, string_agg(told, chr(30) ORDER BY told) AS told FROM identity WHERE direct GROUP BY debtor_id),
-- nearly every record has one part: only those that have more are put in order, which no memory could do with all
several AS (SELECT record FROM told_part GROUP BY record HAVING count(*) > 1),
record AS (
    SELECT source, table_name, record_id, asked_debtor, told FROM told_part WHERE record NOT IN (FROM several)
    UNION ALL
    SELECT source, table_name, record_id, asked_debtor, string_agg(told, chr(30) ORDER BY part)
    FROM told_part WHERE record IN (FROM several) GROUP BY ALL)
SELECT b.link_id, sha256(concat_ws(chr(29), coalesce(d.told, ''), coalesce(i.told, ''), coalesce(r.told, ''))) AS basis_digest
FROM best_link b
LEFT JOIN itself d ON d.debtor_id = b.debtor_id
LEFT JOIN identity i ON i.debtor_id = b.debtor_id AND i.variant = b.variant AND NOT i.direct
LEFT JOIN record r ON r.source = b.source AND r.table_name = b.table_name AND r.record_id = b.record_id AND r.asked_debtor = b.asked_debtor;

-- 3. A verdict holds until what it rests on changes. Then the model's word is back, and says so (linked.sql).
CREATE OR REPLACE TABLE ruling AS
SELECT v.link_id, v.verdict, v.reason, v.officer, v.decided_at, v.basis_digest = b.basis_digest AS holds
FROM standing_verdict v JOIN link_basis b ON b.link_id = v.link_id;

DELETE FROM best_link WHERE NOT by_model AND link_id IN (SELECT link_id FROM ruling WHERE NOT holds);

UPDATE best_link
SET tier = CASE WHEN r.verdict = 'same' THEN 'confirmed'
                WHEN r.verdict = 'different' THEN 'possible'
                WHEN best_link.tier = 'confirmed' THEN 'probable'
                ELSE best_link.tier END
FROM ruling r WHERE r.link_id = best_link.link_id AND r.holds;
