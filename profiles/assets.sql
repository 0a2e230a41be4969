-- One thing once: delivered records that are one thing become one asset, per debtor who owns it.
-- Makes `thing` (record -> identity), `rests` (debtor x asset x record), `asset`, `provenance`, `asset_lookup`.

-- 1. Keys. A record by its own strong key (unit number, VIN, permit, account) is `primary`; one that has only an old
--    certificate or a plate is `secondary` and looks for the primary that carries that key too.
CREATE OR REPLACE TEMP TABLE keyed_record AS
WITH linked AS (SELECT DISTINCT source, asset_key FROM linked_party WHERE asset_key IS NOT NULL AND tier <> 'possible'),
kinds AS (SELECT DISTINCT r.kind FROM asset_record r JOIN linked l ON l.source = r.source AND l.asset_key = r.asset_key)
SELECT DISTINCT r.source, r.asset_key, r.kind, r.identifier, r.alt_keys,
       list_filter(r.alt_keys, lambda key: key LIKE 'vin:%')[1] AS vin,
       CASE WHEN r.kind = 'vehicle' THEN len(list_filter(r.alt_keys, lambda key: key LIKE 'vin:%')) > 0
            ELSE r.identifier NOT LIKE 'cert:%' END AS is_primary,
       l.asset_key IS NOT NULL AS is_linked
FROM asset_record r
SEMI JOIN kinds ON kinds.kind = r.kind
LEFT JOIN linked l ON l.source = r.source AND l.asset_key = r.asset_key;

CREATE OR REPLACE TEMP TABLE primary_identity AS
SELECT source, asset_key, kind, CASE WHEN kind = 'vehicle' THEN vin ELSE identifier END AS identity, identifier, alt_keys
FROM keyed_record WHERE is_primary;

CREATE OR REPLACE TEMP TABLE wanted_key AS
SELECT source, asset_key, kind, identifier, alt_keys, unnest(list_distinct(list_append(alt_keys, identifier))) AS key
FROM keyed_record WHERE NOT is_primary;

-- A key leads to an identity only when it leads to exactly one: a certificate over two units says nothing.
CREATE OR REPLACE TEMP TABLE key_leads_to AS
SELECT kind, key, any_value(identity) AS identity
FROM (SELECT kind, identity, unnest(list_append(alt_keys, identifier)) AS key FROM primary_identity) k
SEMI JOIN wanted_key w ON w.kind = k.kind AND w.key = k.key
GROUP BY kind, key HAVING count(DISTINCT identity) = 1;

CREATE OR REPLACE TEMP TABLE secondary_identity AS
WITH found AS (
    SELECT w.source, w.asset_key, w.kind, w.identifier, any_value(w.alt_keys) AS alt_keys,
           CASE WHEN count(DISTINCT k.identity) = 1 THEN min(k.identity) END AS identity
    FROM wanted_key w LEFT JOIN key_leads_to k ON k.kind = w.kind AND k.key = w.key
    GROUP BY w.source, w.asset_key, w.kind, w.identifier),
-- two old forms of one right: a row that knows both certificates takes along the one that knows only the older
chained AS (
    SELECT kind, key, min(coalesce(identity, identifier)) AS identity
    FROM (SELECT kind, identity, identifier, unnest(alt_keys) AS key FROM found) WHERE key <> identifier
    GROUP BY kind, key HAVING count(DISTINCT coalesce(identity, identifier)) = 1)
SELECT f.source, f.asset_key, f.kind, f.identifier, coalesce(f.identity, c.identity, f.identifier) AS identity,
       f.identity IS NULL AND c.identity IS NULL AS alone
FROM found f LEFT JOIN chained c ON c.kind = f.kind AND c.key = CASE WHEN f.identity IS NULL THEN f.identifier END;

-- No common number: the same place under an old certificate and again under a unit number, with an owner in common.
-- A place is one thing when it names a door, or when the areas agree too.
CREATE OR REPLACE TEMP TABLE same_place AS
WITH placed AS (
    SELECT r.source, r.asset_key, r.kind, place_key(r.location) AS place, CAST((r.detail ->> 'area_m2') AS DOUBLE) AS area,
           regexp_matches(r.location, '[0-9０-９一二三四五六七八九十]+\s*(号楼|号|室|单元|栋|幢|户)') AS names_door
    FROM asset_record r WHERE r.kind IN ('housing', 'land_use_right') AND r.location IS NOT NULL),
old AS (
    SELECT p.*, name_key(o.name) AS owner FROM placed p
    JOIN secondary_identity s ON s.source = p.source AND s.asset_key = p.asset_key AND s.alone
    JOIN keyed_record k ON k.source = p.source AND k.asset_key = p.asset_key AND k.is_linked
    JOIN party o ON o.source = p.source AND o.asset_key = p.asset_key),
new AS (
    SELECT p.*, i.identity, name_key(o.name) AS owner FROM placed p
    SEMI JOIN old ON old.kind = p.kind AND old.place = p.place
    JOIN primary_identity i ON i.source = p.source AND i.asset_key = p.asset_key
    JOIN party o ON o.source = p.source AND o.asset_key = p.asset_key)
SELECT old.source, old.asset_key, min(new.identity) AS identity
FROM old JOIN new ON new.kind = old.kind AND new.place = old.place AND new.owner = old.owner
WHERE old.area = new.area OR (old.kind = 'housing' AND old.names_door AND (old.area IS NULL OR new.area IS NULL OR abs(old.area - new.area) <= 0.05 * new.area))
GROUP BY old.source, old.asset_key HAVING count(DISTINCT new.identity) = 1;

CREATE OR REPLACE TEMP TABLE thing AS
SELECT source, asset_key, kind, identity FROM primary_identity
UNION ALL
SELECT s.source, s.asset_key, s.kind, coalesce(p.identity, s.identity)
FROM secondary_identity s LEFT JOIN same_place p ON p.source = s.source AND p.asset_key = s.asset_key;

-- 2. What each debtor's assets rest on. Equity is the holder's own asset; everything else is shared by its co-owners.
CREATE OR REPLACE TABLE rests AS
WITH owner AS (
    SELECT debtor_id, source, asset_key, record_id, tier, probability, reach, co_ownership, coalesce(shared_cell, false) AS shared_cell, share,
           hash(debtor_id, source, asset_key) AS what
    FROM linked_party WHERE asset_key IS NOT NULL AND tier <> 'possible'),
-- nearly always the debtor stands in a record once
several AS (SELECT what FROM owner GROUP BY what HAVING count(*) > 1),
stake AS (
    SELECT debtor_id, source, asset_key, tier_rank(tier) AS rank, probability, reach, co_ownership, shared_cell,
           CASE WHEN share IS NOT NULL THEN least(1, share) END AS share, [record_id] AS party_records
    FROM owner WHERE what NOT IN (FROM several)
    UNION ALL
    SELECT debtor_id, source, asset_key,
           min(tier_rank(tier)) AS rank, max_by(probability, (-tier_rank(tier), probability)) AS probability,
           min_by(reach, (tier_rank(tier), CASE reach WHEN 'direct' THEN 0 ELSE 1 END, record_id)) AS reach,
           min_by(co_ownership, (tier_rank(tier), record_id)) AS co_ownership,
           bool_or(shared_cell) AS shared_cell,
           -- a debtor who stands in a record twice (itself and its branch) holds both shares
           CASE WHEN count(share) = count(*) THEN least(1, sum(share)) END AS share,
           list_sort(list(DISTINCT record_id)) AS party_records
    FROM owner WHERE what IN (FROM several) GROUP BY debtor_id, source, asset_key)
SELECT s.debtor_id, t.kind, t.source, t.asset_key,
       keyed_id('A', t.kind || chr(31) || CASE WHEN t.kind = 'equity' THEN t.identity || ':' || s.debtor_id ELSE t.identity END) AS asset_id,
       s.* EXCLUDE (debtor_id, source, asset_key)
FROM stake s JOIN thing t ON t.source = s.source AND t.asset_key = s.asset_key;

-- Best record first (the lowest place): in force, by its modern key, latest word, newest data.
CREATE OR REPLACE TEMP MACRO record_place(is_current, precedence, updated_at, data_as_of, source, table_name, record_id, file, row_no) AS
    {'past': NOT is_current, 'precedence': coalesce(precedence, 0), 'updated': -coalesce(epoch_ms(updated_at), 0),
     'told': -coalesce(epoch_ms(data_as_of), 0), 'source': source, 'table_name': table_name, 'record_id': record_id, 'file': file, 'row_no': row_no};

-- Narrow, because it is sorted: what a record says of the thing stands in asset_record, whose row `record` it is.
CREATE OR REPLACE TEMP TABLE resting AS
WITH placed AS (
    SELECT rowid AS record, source, asset_key, is_current,
           record_place(is_current, precedence, updated_at, data_as_of, source, table_name, record_id, file, row_no) AS place
    FROM asset_record r SEMI JOIN rests ON rests.source = r.source AND rests.asset_key = r.asset_key)
SELECT s.*, p.record, p.is_current, p.place, row_number() OVER (PARTITION BY s.debtor_id, s.asset_id ORDER BY p.place) AS nth
FROM rests s JOIN placed p ON p.source = s.source AND p.asset_key = s.asset_key;

-- A better record of the same thing that names somebody else: perhaps sold, perhaps a wrong number. A person decides.
CREATE OR REPLACE TEMP TABLE superseded AS
WITH mine AS (
    SELECT r.debtor_id, r.asset_id, t.kind, t.identity, r.place FROM resting r
    JOIN thing t ON t.source = r.source AND t.asset_key = r.asset_key
    WHERE r.nth = 1 AND r.is_current AND r.kind IN ('vehicle', 'land_use_right', 'housing', 'mining_right', 'exploration_right')),
rival AS (
    SELECT t.kind, t.identity, r.source, r.asset_key,
           record_place(r.is_current, r.precedence, r.updated_at, r.data_as_of, r.source, r.table_name, r.record_id, r.file, r.row_no) AS place
    FROM thing t SEMI JOIN mine ON mine.kind = t.kind AND mine.identity = t.identity
    JOIN asset_record r ON r.source = t.source AND r.asset_key = t.asset_key WHERE r.is_current)
SELECT DISTINCT m.debtor_id, m.asset_id
FROM mine m JOIN rival v ON v.kind = m.kind AND v.identity = m.identity AND v.place < m.place
WHERE NOT EXISTS (FROM linked_party l WHERE l.debtor_id = m.debtor_id AND l.source = v.source AND l.asset_key = v.asset_key);

-- 3. The asset: the winner's facts, the debtor's stake in the winner.
-- The age of a register is the age of its last delivery, also for rows that did not change; a reply is as old as itself.
CREATE OR REPLACE TEMP TABLE source_age AS
SELECT source, max(data_as_of) AS data_as_of, max(business_date) AS business_date
FROM (SELECT source, data_as_of, NULL::DATE AS business_date FROM night_outcome WHERE mode IS DISTINCT FROM 'reply'
      UNION ALL SELECT source, data_as_of, business_date FROM asset_record WHERE NOT (source LIKE 'bank!_%' ESCAPE '!' OR source = 'tax')
      UNION ALL SELECT source, NULL, business_date FROM night_outcome
      WHERE outcome IN ('loaded', 'unchanged') AND mode IS DISTINCT FROM 'reply')
GROUP BY source HAVING NOT (source LIKE 'bank!_%' ESCAPE '!' OR source IN ('tax', 'household'));

CREATE OR REPLACE TEMP TABLE holder_count AS
SELECT source, asset_key, count(DISTINCT record_id) AS holders, count(share) AS shares_told
FROM party SEMI JOIN rests ON rests.source = party.source AND rests.asset_key = party.asset_key
WHERE role IN ('owner', 'buyer', 'shareholder') GROUP BY ALL;

CREATE OR REPLACE TABLE asset AS
WITH best AS (SELECT debtor_id, asset_id, min(rank) AS rank, max_by(probability, (-rank, probability)) AS best_probability FROM resting GROUP BY ALL),
won AS (
    SELECT d.* REPLACE (coalesce(c.handling, d.handling) AS handling), c.protected_class, r.debtor_id, r.asset_id, r.reach, r.co_ownership, r.shared_cell, r.share, r.party_records,
           b.rank AS best_rank, b.best_probability, coalesce(h.holders, 1) AS holders,
           s.asset_id IS NOT NULL AS is_superseded,
           -- in shares, and no owner's share is on the register: taken to be equal (民法典 309)
           r.co_ownership = 'by_shares' AND NOT r.shared_cell AND h.holders > 1 AND h.shares_told = 0 AS is_equal
    FROM resting r
    JOIN asset_record d ON d.rowid = r.record
    JOIN best b ON b.debtor_id = r.debtor_id AND b.asset_id = r.asset_id
    LEFT JOIN account_class c ON c.source = r.source AND c.asset_key = r.asset_key
    LEFT JOIN holder_count h ON h.source = r.source AND h.asset_key = r.asset_key
    LEFT JOIN superseded s ON s.debtor_id = r.debtor_id AND s.asset_id = r.asset_id
    WHERE r.nth = 1),
owned AS (
    SELECT *,
           CASE WHEN kind = 'project' THEN 'unclear'          -- a clue: who applies is not who owns
                WHEN co_ownership = 'joint' THEN 'joint'
                WHEN shared_cell THEN 'unclear'
                WHEN co_ownership = 'by_shares' THEN 'by_shares'
                WHEN co_ownership = 'sole' AND holders <= len(party_records) THEN 'sole'
                WHEN co_ownership IS NULL AND share < 1 THEN 'by_shares'
                -- one owner on the register and nothing that speaks of others
                WHEN co_ownership IS NULL AND holders <= len(party_records) AND NOT coalesce(contains((detail ->> 'remark'), '共有'), false) THEN 'sole'
                ELSE 'unclear' END AS ownership
    FROM won)
SELECT asset_id, debtor_id, kind, o.source,
       CASE WHEN kind = 'equity' THEN identifier || ':' || debtor_id ELSE identifier END AS identifier,
       title, location,
       CASE best_rank WHEN 0 THEN 'confirmed' WHEN 1 THEN 'probable' ELSE 'possible' END AS tier,
       best_probability AS probability,
       ownership,
       CASE ownership WHEN 'sole' THEN 1.0::DOUBLE WHEN 'by_shares' THEN CASE WHEN is_equal THEN len(party_records) / holders ELSE share END END AS share,
       gross_value, coalesce(value_basis, 'unknown') AS value_basis,
       NULL::DECIMAL(18, 2) AS prior_claims, NULL::DECIMAL(18, 2) AS net_value,
       currency, status,
       CASE WHEN reach = 'direct' AND ownership IN ('joint', 'by_shares') THEN 'co_owner' ELSE reach END AS reach,
       json_merge_patch(detail, json_facts(json_object(
           'newer_record_names_another', CASE WHEN is_superseded THEN true END,
           'share_presumed_equal', CASE WHEN is_equal THEN true END))) AS detail,
       register_basis, protected_class,
       CASE WHEN is_superseded AND coalesce(handling, 'normal') = 'normal' THEN 'review' ELSE coalesce(handling, 'normal') END AS handling,
       NULL::VARCHAR AS linked_asset_id, NULL::BOOLEAN AS only_home_possible, NULL::BOOLEAN AS joint_property_possible,
       false AS declared_by_debtor, is_current,
       least(coalesce(p.first_seen, getvariable('business_date')::DATE), greatest(o.business_date, age.business_date)) AS first_seen,
       greatest(o.business_date, age.business_date) AS last_seen,
       greatest(o.data_as_of, age.data_as_of) AS data_as_of,
       o.business_date, o.file, o.file_sha256, o.table_name, o.row_no,
       -- for the steps that follow, not published
       o.available, o.type_text, o.asset_key, o.party_records
FROM owned o
LEFT JOIN source_age age ON age.source = o.source
LEFT JOIN (SELECT debtor_id AS seen_debtor, asset_id AS seen_asset, min(first_seen) AS first_seen FROM previous_asset GROUP BY ALL) p
       ON p.seen_debtor = o.debtor_id AND p.seen_asset = o.asset_id;

-- More than the whole is owned: the register or a link is wrong somewhere. Shown as delivered, and a person decides.
-- Who stands in the older of two records is told already (newer_record_names_another) and does not count.
CREATE OR REPLACE TEMP TABLE overowned AS
SELECT asset_id FROM asset
WHERE tier = 'confirmed' AND is_current AND (detail ->> 'newer_record_names_another') IS NULL
GROUP BY asset_id HAVING sum(share) > 1.000001
UNION
SELECT a.asset_id FROM asset a
JOIN (SELECT source, asset_key FROM party SEMI JOIN rests ON rests.source = party.source AND rests.asset_key = party.asset_key
      WHERE role = 'owner' AND NOT shared_cell GROUP BY ALL HAVING sum(share) > 1.000001) p
  ON p.source = a.source AND p.asset_key = a.asset_key
WHERE a.is_current;

UPDATE asset SET detail = json_merge_patch(detail, '{"shares_exceed_whole": true}'),
                 handling = CASE WHEN handling IN ('normal', 'reserve') THEN 'review' ELSE handling END
WHERE is_current AND asset_id IN (FROM overowned) AND share IS NOT NULL;

-- 4. Where it comes from: every record an asset rests on, the winner marked, and in what the others differ from it.
-- Nearly every asset rests on one record, which differs from none.
CREATE OR REPLACE TABLE provenance AS
WITH counted AS (SELECT asset_id, min(record) AS record, min(record) = max(record) AS alone FROM resting GROUP BY asset_id),
records AS (
    SELECT asset_id, record, any_value(place) AS place, list_sort(list(DISTINCT coalesce(co_ownership, ''))) AS co_ownership
    FROM resting SEMI JOIN (FROM counted WHERE NOT alone) USING (asset_id) GROUP BY asset_id, record),
told AS (
    SELECT c.asset_id, any_value(c.place) AS place, d.source, d.business_date, d.file, d.file_sha256, d.table_name, d.row_no, d.record_id,
           any_value(d.identifier) AS identifier, any_value(place_key(d.location)) AS location, any_value(d.gross_value) AS gross_value,
           any_value(d.status) AS status, any_value(d.is_current) AS is_current, any_value(d.currency) AS currency,
           min(c.co_ownership) AS co_ownership
    FROM records c JOIN asset_record d ON d.rowid = c.record GROUP BY ALL),
placed AS (
    SELECT *, row_number() OVER w AS nth, first_value(identifier) OVER w AS w_identifier, first_value(location) OVER w AS w_location,
           first_value(gross_value) OVER w AS w_gross_value, first_value(status) OVER w AS w_status,
           first_value(is_current) OVER w AS w_is_current, first_value(currency) OVER w AS w_currency,
           first_value(co_ownership) OVER w AS w_co_ownership
    FROM told WINDOW w AS (PARTITION BY asset_id ORDER BY place))
SELECT asset_id, source, business_date, file, file_sha256, table_name, row_no, record_id, nth = 1 AS is_winner,
       nullif(array_to_string(list_filter([
           CASE WHEN identifier <> w_identifier THEN 'identifier' END,
           CASE WHEN location <> w_location THEN 'location' END,
           CASE WHEN gross_value <> w_gross_value THEN 'gross_value' END,
           CASE WHEN status <> w_status THEN 'status' END,
           CASE WHEN is_current <> w_is_current THEN 'is_current' END,
           CASE WHEN currency <> w_currency THEN 'currency' END,
           CASE WHEN co_ownership <> w_co_ownership THEN 'ownership' END], lambda field: field IS NOT NULL), ','), '') AS conflict
FROM placed
UNION ALL
SELECT c.asset_id, d.source, d.business_date, d.file, d.file_sha256, d.table_name, d.row_no, d.record_id, true, NULL
FROM counted c JOIN asset_record d ON d.rowid = c.record WHERE c.alone;

-- 5. Every word a debtor, a court file or a notice may use for an asset. Keys as lookup_key makes them.
CREATE OR REPLACE TEMP MACRO lookup_key(s) AS
    nullif(regexp_replace(upper(half_width(text_clean(s))), '[\s\p{Z}()（）〔〕【】\[\]·\-''"]', '', 'g'), '');

-- Only of debtors whose court file speaks of things: measures taken, assets declared.
CREATE OR REPLACE TABLE asset_lookup AS
WITH spoken_of AS (
    SELECT only_debtor_id AS debtor_id FROM seizure_record WHERE source = 'court_cases'
    UNION
    SELECT p.debtor_id FROM court_cases__declared_assets d JOIN debtor_party p ON p.case_key = d.case_no AND p.party_key = d.debtor_key),
word AS (
    SELECT DISTINCT r.debtor_id, r.asset_id, d.kind,
           unnest(list_concat(
               [d.identifier, regexp_replace(d.identifier, '^[^:]*:', ''), split_part(regexp_replace(d.identifier, '^[^:]*:', ''), ':', 1)],
               list_transform(coalesce(d.alt_keys, []), lambda key: regexp_replace(key, '^[a-z]+:', '')),
               CASE WHEN d.kind NOT IN ('deposit', 'financial_product')
                    THEN json_extract_string(d.detail, ['$.plate', '$.vin', '$.cert_no', '$.old_cert_no', '$.company_name']) END)) AS word
    FROM resting r SEMI JOIN spoken_of USING (debtor_id) JOIN asset_record d ON d.rowid = r.record),
keyed AS (SELECT word, lookup_key(word) AS key FROM (SELECT DISTINCT word FROM word WHERE length(word) >= 4))
SELECT DISTINCT w.debtor_id, w.asset_id, w.kind, k.key
FROM word w JOIN keyed k ON k.word = w.word WHERE length(k.key) >= 4;
