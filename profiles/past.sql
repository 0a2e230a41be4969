-- What was published before and is delivered no more. Makes `published_before`, `delivered_source`, `renewed_key` and `carried`;
-- extends `asset` and `provenance`, and `encumbrance` and `seizure` where a source is silent.
-- Gone: the register deleted or passed on the thing, the newest reply no longer lists it. The asset stays as last known, not current,
--   without what lay on it: an existing measure or burden is one that somebody still delivers.
-- Held: the source did not deliver, nothing disappears; everything stays as it was.
-- Neither: the debtor is no longer shown, the record is no longer held to be the debtor's, or the thing goes on under another number.

CREATE OR REPLACE TABLE published_before AS
SELECT max(run_date) AS run_date, max(run_date) = getvariable('business_date')::DATE AS same_night,
       coalesce(max(run_date) <= getvariable('business_date')::DATE, false) AS comparable
FROM previous_run;

CREATE OR REPLACE TABLE delivered_source AS
SELECT DISTINCT source FROM night_outcome, published_before b WHERE outcome = 'loaded' AND business_date >= b.run_date;

CREATE OR REPLACE TEMP TABLE vanished AS
FROM previous_asset v
SEMI JOIN debtor_base d ON d.debtor_id = v.debtor_id
ANTI JOIN asset a ON a.debtor_id = v.debtor_id AND a.asset_id = v.asset_id
WHERE v.tier IN ('confirmed', 'probable') AND v.last_seen <= getvariable('business_date')::DATE;

CREATE OR REPLACE TEMP TABLE rested_on AS
SELECT v.debtor_id, v.asset_id, v.kind, v.currency, p.source, p.table_name, p.record_id
FROM vanished v JOIN previous_provenance p ON p.asset_id = v.asset_id;

-- Records of it that are still delivered, whoever they name now. A number may hold an account in each currency.
CREATE OR REPLACE TEMP TABLE still_told AS
SELECT DISTINCT o.debtor_id, o.asset_id, o.kind, r.source, r.asset_key
FROM rested_on o JOIN asset_record r ON r.source = o.source AND r.table_name = o.table_name AND r.record_id = o.record_id
                                    AND (o.kind <> 'deposit' OR r.currency IS NOT DISTINCT FROM o.currency);

-- One thing under another number: a certificate gave way to a unit number, two listings turned out to be one.
-- Products share the record of their account, so that says nothing of them.
CREATE OR REPLACE TABLE renewed_key AS
SELECT DISTINCT t.debtor_id, t.asset_id AS former_id, s.asset_id
FROM still_told t JOIN rests s ON s.debtor_id = t.debtor_id AND s.source = t.source AND s.asset_key = t.asset_key AND s.kind = t.kind
WHERE t.kind <> 'financial_product';

-- No longer held to be the debtor's, though the record goes on speaking of him: his name or number stands in it, it still answers
-- a question about him, or nobody delivered it anew. Or a person ruled it out on the day before it vanished.
CREATE OR REPLACE TEMP TABLE no_longer_his AS
SELECT t.debtor_id, t.asset_id
FROM still_told t
JOIN party q ON q.source = t.source AND q.asset_key = t.asset_key AND coalesce(q.only_debtor_id, t.debtor_id) = t.debtor_id
JOIN previous_link b ON b.debtor_id = t.debtor_id AND b.source = q.source AND b.table_name = q.table_name AND b.record_id = q.record_id
                    AND b.tier IN ('confirmed', 'probable')
LEFT JOIN link n ON n.link_id = b.link_id, published_before p
WHERE coalesce(n.tier, 'possible') = 'possible'
  AND (n.link_id IS NOT NULL OR q.only_debtor_id IS NOT NULL OR q.business_date <= p.run_date
       OR EXISTS (FROM debtor_identity i WHERE i.debtor_id = t.debtor_id
                  AND (i.id_number = id_normal(q.id_type, q.id_number) OR name_key(i.name) = name_key(q.name))))
UNION
SELECT o.debtor_id, o.asset_id
FROM rested_on o
JOIN previous_link b ON b.debtor_id = o.debtor_id AND b.source = o.source
                    AND (b.record_id = o.record_id OR starts_with(b.record_id, o.record_id || '/'))
JOIN standing_verdict s ON s.link_id = b.link_id AND s.verdict = 'different';

CREATE OR REPLACE TABLE carried AS
SELECT v.debtor_id, v.asset_id, NOT v.is_current OR v.source IN (FROM delivered_source) AS gone
FROM vanished v
ANTI JOIN renewed_key k ON k.debtor_id = v.debtor_id AND k.former_id = v.asset_id
ANTI JOIN no_longer_his w ON w.debtor_id = v.debtor_id AND w.asset_id = v.asset_id;

INSERT INTO asset BY NAME
SELECT v.* REPLACE (NOT c.gone AS is_current)
FROM vanished v JOIN carried c ON c.debtor_id = v.debtor_id AND c.asset_id = v.asset_id;

-- Known since its former number was seen.
UPDATE asset SET first_seen = least(asset.first_seen, k.first_seen)
FROM (SELECT k.debtor_id, k.asset_id, min(v.first_seen) AS first_seen
      FROM renewed_key k JOIN vanished v ON v.debtor_id = k.debtor_id AND v.asset_id = k.former_id GROUP BY ALL) k
WHERE k.debtor_id = asset.debtor_id AND k.asset_id = asset.asset_id;

INSERT INTO provenance BY NAME
FROM previous_provenance p SEMI JOIN carried c ON c.asset_id = p.asset_id ANTI JOIN rests r ON r.asset_id = p.asset_id;

-- What lies on a held asset, unless another owner's delivery tells it.
CREATE OR REPLACE TEMP TABLE silent_asset AS
SELECT DISTINCT asset_id FROM carried c ANTI JOIN rests r ON r.asset_id = c.asset_id WHERE NOT c.gone;

INSERT INTO encumbrance BY NAME
SELECT p.*, false AS doubtful FROM previous_encumbrance p SEMI JOIN silent_asset USING (asset_id);

INSERT INTO seizure BY NAME
SELECT p.* REPLACE (CASE WHEN p.days_to_expiry IS NOT NULL
                         THEN CAST(date_diff('day', getvariable('business_date')::DATE, p.end_date) AS INTEGER) END AS days_to_expiry),
       p.seizure_type IN ('waiting', 'waiting_pre_seizure', 'waiting_freeze') AS waits,
       NOT waits AND p.released_at IS NULL AND coalesce(p.end_date >= getvariable('business_date')::DATE, true) AS in_force
FROM previous_seizure p SEMI JOIN silent_asset USING (asset_id);
