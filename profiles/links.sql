-- What matching found, as links: why a delivered record is held to be a debtor's. Reads match_result, party, debtor_identity.
-- Makes `link` (published) and `linked_party` (who stands in which record, with which stake).

CREATE OR REPLACE TEMP MACRO tier_rank(tier) AS CASE tier WHEN 'confirmed' THEN 0 WHEN 'probable' THEN 1 ELSE 2 END;

-- Every scored pair, apart again. A reply is about the debtor who was asked; what it says of others is nobody's business.
CREATE OR REPLACE TEMP TABLE scored AS
WITH apart AS (
    SELECT split_part(left_id, '#', 1) AS debtor_id, CAST(split_part(left_id, '#', 2) AS INTEGER) AS variant,
           string_split(right_id, chr(31)) AS r, probability, tier, evidence
    FROM match_result)
SELECT debtor_id, variant, r[1] AS source, r[2] AS table_name, r[3] AS record_id, CAST(r[4] AS INTEGER) AS part,
       r[5] AS asked_debtor, probability, tier, evidence
FROM apart WHERE r[5] = '' OR r[5] = debtor_id;

-- Per debtor and record the best reason: tier, then probability, then the more direct reach.
-- A reply found by name alone is never more than a lead; a number that was only asked about, and not delivered, never more than probable.
CREATE OR REPLACE TEMP TABLE best_link AS
WITH basis AS (
    SELECT source, table_name, record_id, part, coalesce(only_debtor_id, '') AS asked_debtor,
           bool_and(coalesce(match_basis = 'name_only', false)) AS name_only,
           -- the bank delivered no number and did not say that it agreed: the number asked is no proof
           bool_and(coalesce(id_type = 'asked', false)) AS number_asked
    FROM party GROUP BY ALL),
capped AS (
    SELECT s.* EXCLUDE (tier), i.reach, i.basis, b.name_only, b.number_asked,
           CASE WHEN b.name_only THEN 'possible' WHEN b.number_asked AND s.tier = 'confirmed' THEN 'probable' ELSE s.tier END AS tier
    FROM scored s
    JOIN basis b USING (source, table_name, record_id, part, asked_debtor)
    JOIN debtor_identity i ON i.debtor_id = s.debtor_id AND i.variant = s.variant)
SELECT *
FROM capped
QUALIFY row_number() OVER (
    PARTITION BY debtor_id, source, table_name, record_id
    ORDER BY tier_rank(tier), probability DESC, CASE reach WHEN 'direct' THEN 0 ELSE 1 END, variant, part) = 1;

-- Decided at: when this decision was first taken, as long as it has not changed.
CREATE OR REPLACE TABLE link AS
SELECT keyed_id('L', b.debtor_id || chr(31) || b.source || chr(31) || b.table_name || chr(31) || b.record_id) AS link_id,
       b.debtor_id, b.source, b.table_name, b.record_id, b.tier, b.probability, to_json(b.evidence) AS evidence,
       getvariable('model_version') AS model_version,
       'model' AS decided_by,
       CAST(getvariable('started_at') AS TIMESTAMP) AS decided_at,
       CASE WHEN b.reach = 'branch' THEN '债务人的分支机构' WHEN b.reach = 'sole_proprietor' THEN '债务人经营的个体工商户'
            WHEN b.name_only THEN '仅按姓名查得'
            WHEN b.number_asked THEN '未反馈证件号码，按所查号码推定' END AS reason,
       b.reach, b.variant
FROM best_link b;

UPDATE link SET decided_at = p.decided_at, decided_by = p.decided_by, reason = coalesce(link.reason, p.reason)
FROM previous_link p
WHERE p.link_id = link.link_id AND p.tier = link.tier AND p.model_version = link.model_version AND p.decided_at IS NOT NULL;

-- The party rows behind the links: what each linked record says about the debtor's stake. Grain: debtor x party record.
CREATE OR REPLACE TABLE linked_party AS
SELECT b.debtor_id, p.source, p.table_name, p.record_id, p.asset_key, p.role, p.co_ownership, p.share, p.shared_cell,
       b.tier, b.probability, b.reach
FROM best_link b
JOIN party p ON p.source = b.source AND p.table_name = b.table_name AND p.record_id = b.record_id AND p.part = b.part
            AND coalesce(p.only_debtor_id, '') = b.asked_debtor
QUALIFY row_number() OVER (
    PARTITION BY b.debtor_id, p.source, p.table_name, p.record_id, p.asset_key ORDER BY p.business_date DESC, p.row_no) = 1;
