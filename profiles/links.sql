-- What matching found: per debtor and record the best reason. Reads match_result, party, debtor_identity. Makes `best_link`.

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
SELECT keyed_id('L', debtor_id || chr(31) || source || chr(31) || table_name || chr(31) || record_id) AS link_id, *, true AS by_model
FROM capped
QUALIFY row_number() OVER (
    PARTITION BY debtor_id, source, table_name, record_id
    ORDER BY tier_rank(tier), probability DESC, CASE reach WHEN 'direct' THEN 0 ELSE 1 END, variant, part) = 1;
