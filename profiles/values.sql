-- Valuation: prior claims and net value per debtor and asset; land and building; possible only home.
-- net = max(0, share × max(0, gross − claims on the whole) − claims on this share alone); null where a part is unknown.

-- Building and land: the first 19 characters of the unit number are the parcel. Both ways, for one debtor, both current.
CREATE OR REPLACE TEMP TABLE building_on_land AS
WITH buildings AS (SELECT debtor_id, asset_id, left(identifier, 19) AS parcel, gross_value FROM asset
                   WHERE kind = 'housing' AND is_current AND regexp_full_match(identifier, '\d{12}[GJZ][A-Z]\d{5}[FLQ]\d{8}')),
lands AS (SELECT debtor_id, asset_id, left(identifier, 19) AS parcel FROM asset
          WHERE kind = 'land_use_right' AND is_current AND regexp_full_match(identifier, '\d{12}[GJZ][A-Z]\d{5}[FLQW]\d{8}'))
SELECT b.debtor_id, b.asset_id AS building, l.asset_id AS land, b.gross_value IS NOT NULL AS building_valued
FROM buildings b JOIN lands l ON l.debtor_id = b.debtor_id AND l.parcel = b.parcel;

-- A parcel may carry several buildings: the land names one that names it, a valued one first.
-- Right types that cover land and building: the value is counted once, on the building.
CREATE OR REPLACE TEMP TABLE land_names AS
SELECT p.*, p.building_valued AND coalesce((a.detail ->> 'right_type') LIKE '%with_building', false) AS counted_there
FROM (SELECT debtor_id, land, bool_or(building_valued) AS building_valued, min_by(building, (NOT building_valued, building)) AS building
      FROM building_on_land GROUP BY ALL) p
JOIN asset a ON a.debtor_id = p.debtor_id AND a.asset_id = p.land;

-- Mortgaged the one, mortgaged the other (民法典 397): what burdens the land burdens the building that bears its value.
-- A mortgage told on both sides is one: the same certificate, or the same holder, amount and dates.
CREATE OR REPLACE TEMP TABLE mortgage_told AS
SELECT row_number() OVER () AS nth, asset_id, certificate, name_key(holder) AS holder, amount, start_date, end_date, doubtful
FROM encumbrance WHERE status <> 'cancelled' AND kind IN ('mortgage', 'max_mortgage') AND on_share_of IS NULL;

CREATE OR REPLACE TEMP TABLE mortgage_of_land AS
WITH told AS (
    SELECT l.debtor_id, l.building, m.*, true AS on_land FROM land_names l JOIN mortgage_told m ON m.asset_id = l.land WHERE l.counted_there
    UNION ALL
    SELECT DISTINCT l.debtor_id, l.building, m.*, false FROM land_names l JOIN mortgage_told m ON m.asset_id = l.building WHERE l.counted_there)
SELECT t.debtor_id, t.building AS asset_id, sum(t.amount) AS amount, bool_or(t.amount IS NULL OR t.doubtful) AS unknown, count(*) AS mortgages
FROM told t
WHERE t.on_land AND NOT EXISTS (
    FROM told o WHERE o.debtor_id = t.debtor_id AND o.building = t.building AND (o.on_land, o.nth) < (t.on_land, t.nth)
    AND (o.certificate = t.certificate
         OR o.holder = t.holder AND o.amount = t.amount AND o.start_date IS NOT DISTINCT FROM t.start_date
            AND o.end_date IS NOT DISTINCT FROM t.end_date))
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE encumbered AS
SELECT asset_id,
       sum(amount) FILTER (on_share_of IS NULL) AS on_whole,
       bool_or(amount IS NULL OR doubtful) AS unknown,
       list({'on_share_of': on_share_of, 'amount': amount}) FILTER (on_share_of IS NOT NULL) AS on_shares
FROM encumbrance WHERE status <> 'cancelled' GROUP BY asset_id;

-- Other courts' measures that rank before ours: in force or waiting, and not later than our own first one.
CREATE OR REPLACE TEMP TABLE seized_before_us AS
WITH ours AS (
    SELECT asset_id, min(start_date) FILTER (in_force) AS since, min(order_no) FILTER (waits AND released_at IS NULL) AS waiting_order
    FROM seizure WHERE is_ours GROUP BY asset_id)
SELECT s.asset_id, sum(s.amount) AS amount, bool_or(s.amount IS NULL) AS unknown
FROM seizure s LEFT JOIN ours o ON o.asset_id = s.asset_id
WHERE NOT s.is_ours AND s.released_at IS NULL
  AND (s.in_force AND (o.since IS NULL OR coalesce(s.start_date < o.since, true))
       OR s.waits AND o.since IS NULL AND (o.waiting_order IS NULL OR coalesce(s.order_no < o.waiting_order, true)))
GROUP BY s.asset_id;

-- Freezes in force on a deposit; a renewal continues the measure it renews, so one measure counts once.
CREATE OR REPLACE TEMP TABLE frozen AS
SELECT asset_id, sum(amount) AS amount, bool_or(unknown) AS unknown
FROM (SELECT asset_id, max(amount) AS amount, bool_or(amount IS NULL) AS unknown
      FROM seizure WHERE in_force
      GROUP BY asset_id, authority, coalesce(case_no, case_no_normal(doc_no), source || table_name || file || row_no))
GROUP BY asset_id;

CREATE OR REPLACE TEMP MACRO share_exact(share) AS CAST(share AS DECIMAL(16, 15));

CREATE OR REPLACE TEMP TABLE valued AS
WITH claims AS (
    SELECT a.debtor_id, a.asset_id, a.kind, a.gross_value, a.share, a.available,
           CASE WHEN a.kind = 'deposit' THEN
                    CASE WHEN a.available IS NOT NULL THEN greatest(0, a.gross_value - greatest(0, a.available))
                         WHEN coalesce(f.unknown, false) THEN NULL
                         ELSE least(greatest(a.gross_value, 0), coalesce(f.amount, 0)) END
                WHEN coalesce(e.unknown, false) OR coalesce(m.unknown, false) OR (a.detail ->> 'marked_mortgaged') = 'true' AND e.asset_id IS NULL THEN NULL
                WHEN d.party_type = 'organization' AND coalesce(s.unknown, false) THEN NULL
                ELSE coalesce(e.on_whole, 0) + coalesce(m.amount, 0) + CASE WHEN d.party_type = 'organization' THEN coalesce(s.amount, 0) ELSE 0 END END AS on_whole,
           coalesce(list_sum(list_transform(
               list_filter(coalesce(e.on_shares, []), lambda claim: list_contains(a.party_records, claim.on_share_of)),
               lambda claim: claim.amount)), 0) AS on_share
    FROM asset a
    LEFT JOIN encumbered e ON e.asset_id = a.asset_id
    LEFT JOIN mortgage_of_land m ON m.debtor_id = a.debtor_id AND m.asset_id = a.asset_id
    LEFT JOIN seized_before_us s ON s.asset_id = a.asset_id
    LEFT JOIN frozen f ON f.asset_id = a.asset_id
    LEFT JOIN (SELECT debtor_id, any_value(party_type) AS party_type FROM debtor_identity WHERE reach = 'direct' GROUP BY debtor_id) d
           ON d.debtor_id = a.debtor_id)
SELECT debtor_id, asset_id,
       CAST(CASE WHEN kind = 'project' THEN NULL ELSE on_whole + on_share END AS DECIMAL(18, 2)) AS prior_claims,
       CASE WHEN kind NOT IN ('equity', 'project')
            THEN greatest(0, CAST(round(share_exact(share) * CASE WHEN kind = 'deposit' AND available IS NOT NULL
                                                                  -- beyond the balance the bank's credit begins
                                                                  THEN greatest(0, least(available, coalesce(gross_value, available)))
                                                                  ELSE greatest(0, gross_value - on_whole) END - on_share, 2) AS DECIMAL(18, 2)))
       END AS net_value,
       -- greatest() skips nulls: an unknown part must make the whole unknown
       share IS NULL OR CASE WHEN kind = 'deposit' AND available IS NOT NULL THEN false
                             ELSE gross_value IS NULL OR on_whole IS NULL END AS unknown
FROM claims;

UPDATE asset SET prior_claims = v.prior_claims, net_value = CASE WHEN NOT v.unknown THEN v.net_value END
FROM valued v WHERE v.debtor_id = asset.debtor_id AND v.asset_id = asset.asset_id;

-- Both name each other.
UPDATE asset SET linked_asset_id = p.land
FROM (SELECT debtor_id, building, min(land) AS land FROM building_on_land GROUP BY ALL) p
WHERE p.debtor_id = asset.debtor_id AND p.building = asset.asset_id;

UPDATE asset SET
    linked_asset_id = p.building,
    net_value = CASE WHEN p.counted_there THEN NULL ELSE asset.net_value END,
    detail = CASE WHEN p.counted_there THEN json_merge_patch(asset.detail, json_object('value_counted_on', p.building)) ELSE asset.detail END
FROM land_names p
WHERE p.debtor_id = asset.debtor_id AND p.land = asset.asset_id;

UPDATE asset SET detail = json_merge_patch(asset.detail, '{"land_mortgage_counted": true}')
FROM mortgage_of_land m WHERE m.debtor_id = asset.debtor_id AND m.asset_id = asset.asset_id;

-- A person's only current dwelling among what was found: may be sealed, not lightly auctioned (查封规定 4, 异议复议规定 20).
UPDATE asset SET only_home_possible = h.is_home AND h.homes = 1
FROM (SELECT debtor_id, asset_id, is_home, count(*) FILTER (is_home) OVER (PARTITION BY debtor_id) AS homes
      FROM (SELECT a.debtor_id, a.asset_id,
                   coalesce((a.detail ->> 'planned_use') = 'residence', true) OR coalesce((a.detail ->> 'house_nature') = 'homestead', false) AS is_home
            FROM asset a SEMI JOIN (FROM debtor_identity WHERE reach = 'direct' AND party_type = 'person') p ON p.debtor_id = a.debtor_id
            WHERE a.kind = 'housing' AND a.is_current)) h
WHERE h.debtor_id = asset.debtor_id AND h.asset_id = asset.asset_id;

-- What a married person holds may belong to both spouses (民法典 1062): a flag for the judge, never a search on the spouse.
-- Widowed, divorced or single says no for now; what was acquired when is not delivered.
UPDATE asset SET joint_property_possible = m.married
FROM (SELECT r.debtor_id, arg_max(p.marital_status IN ('married', 'remarried'), p.replied_at) AS married
      FROM household__persons p JOIN reply_present r ON r.source = 'household' AND r.inquiry_no = p.inquiry_no
      WHERE coalesce(p.match_basis, 'unknown') <> 'name_only' AND p.marital_status IN ('married', 'remarried', 'single', 'divorced', 'widowed')
      GROUP BY r.debtor_id) m
WHERE m.debtor_id = asset.debtor_id AND asset.kind NOT IN ('project', 'tax_refund') AND asset.reach <> 'branch';
