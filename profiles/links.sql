-- What matching found: per debtor and record the best reason. Reads match_result, party, debtor_identity. Makes `best_link`.

CREATE OR REPLACE TEMP MACRO tier_rank(tier) AS CASE tier WHEN 'confirmed' THEN 0 WHEN 'probable' THEN 1 ELSE 2 END;

-- Every scored pair, apart again; `pair` is its row of match_result, where the evidence stays. A reply is about the debtor who was asked;
-- what it says of others is nobody's business.
CREATE OR REPLACE TEMP TABLE scored AS
WITH apart AS (
    SELECT split_part(left_id, '#', 1) AS debtor_id, CAST(split_part(left_id, '#', 2) AS INTEGER) AS variant,
           string_split(right_id, chr(31)) AS r, probability, tier, rowid AS pair
    FROM match_result)
SELECT debtor_id, variant, r[1] AS source, r[2] AS table_name, r[3] AS record_id, CAST(r[4] AS INTEGER) AS part,
       r[5] AS asked_debtor, probability, tier, pair, hash(debtor_id, r[1], r[2], r[3]) AS what
FROM apart WHERE r[5] = '' OR r[5] = debtor_id;

-- Per debtor and record the best reason: tier, then probability, then the more direct reach.
-- A reply found by name alone is never more than a lead; a number that was only asked about, and not delivered, never more than probable.
CREATE OR REPLACE TEMP TABLE capped AS
WITH basis AS (
    SELECT source, table_name, record_id, part, only_debtor_id AS asked_debtor,
           bool_and(coalesce(match_basis = 'name_only', false)) AS name_only,
           -- the bank delivered no number and did not say that it agreed: the number asked is no proof
           bool_and(coalesce(id_type = 'asked', false)) AS number_asked
    FROM party WHERE only_debtor_id IS NOT NULL GROUP BY ALL)
SELECT s.* EXCLUDE (tier), i.reach, i.basis, coalesce(b.name_only, false) AS name_only, coalesce(b.number_asked, false) AS number_asked,
       CASE WHEN b.name_only THEN 'possible' WHEN b.number_asked AND s.tier = 'confirmed' THEN 'probable' ELSE s.tier END AS tier
FROM scored s
LEFT JOIN basis b USING (source, table_name, record_id, part, asked_debtor)
JOIN debtor_identity i ON i.debtor_id = s.debtor_id AND i.variant = s.variant;

-- Most records are found once; whichever may be found twice is first sought by a number.
CREATE OR REPLACE TABLE best_link AS
WITH several AS (SELECT what FROM capped GROUP BY what HAVING count(*) > 1),
best AS (
    FROM capped WHERE what NOT IN (FROM several)
    UNION ALL
    FROM capped WHERE what IN (FROM several)
    QUALIFY row_number() OVER (
        PARTITION BY debtor_id, source, table_name, record_id
        ORDER BY tier_rank(tier), probability DESC, CASE reach WHEN 'direct' THEN 0 ELSE 1 END, variant, part) = 1)
SELECT keyed_id('L', debtor_id || chr(31) || source || chr(31) || table_name || chr(31) || record_id) AS link_id, * EXCLUDE (what),
       NULL::STRUCT(field VARCHAR, "left" VARCHAR, "right" VARCHAR, level VARCHAR, weight DOUBLE)[] AS evidence, true AS by_model, false AS contradicts
FROM best;

-- What a bank lists in answer to the question about a debtor stays a lead even where the model sees no pair: found by name alone, or
-- under a number that is none of the debtor's (bank_message.yaml). The model has not scored it: each contradiction is put at ten bits.
INSERT INTO best_link BY NAME
WITH unlinked AS (
    SELECT DISTINCT p.only_debtor_id AS debtor_id, p.source, p.table_name, p.record_id, p.part, p.name, p.id_number,
           CASE WHEN p.id_type <> 'asked' AND NOT contains(p.id_number, '*') THEN id_normal(p.id_type, p.id_number) END AS number,
           coalesce(p.match_basis = 'name_only', false) AS name_only
    FROM party p
    ANTI JOIN best_link b ON b.debtor_id = p.only_debtor_id AND b.source = p.source AND b.table_name = p.table_name AND b.record_id = p.record_id
    WHERE p.source LIKE 'bank!_%' ESCAPE '!'),
compared AS (
    SELECT u.*, i.variant, i.reach, i.basis, i.name AS own_name, i.id_number AS own_id, i.id_number = u.number AS same_number,
           name_key(i.name) = name_key(u.name) AS same_name, id_strong(i.id_number) AND id_strong(u.number) AS both_valid
    FROM unlinked u JOIN debtor_identity i ON i.debtor_id = u.debtor_id AND i.reach = 'direct'),
told AS (
    SELECT *, coalesce(NOT bool_or(same_number) OVER (PARTITION BY debtor_id, source, table_name, record_id), false) AS contradicts
    FROM compared
    QUALIFY row_number() OVER (
        PARTITION BY debtor_id, source, table_name, record_id
        ORDER BY coalesce(same_name, false) DESC, both_valid DESC NULLS LAST, variant, part) = 1),
weighed AS (
    SELECT *, list_filter([
        CASE WHEN contradicts THEN {'field': 'id_number', 'left': own_id, 'right': id_number,
                                    'level': CASE WHEN both_valid THEN 'conflict' ELSE 'different' END, 'weight': -10.0::DOUBLE} END,
        CASE WHEN contradicts AND same_name THEN {'field': 'name', 'left': own_name, 'right': name, 'level': 'exact', 'weight': 0.0::DOUBLE}
             WHEN contradicts AND NOT same_name THEN {'field': 'name', 'left': own_name, 'right': name, 'level': 'unlike', 'weight': -10.0::DOUBLE}
        END], lambda entry: entry IS NOT NULL) AS evidence
    FROM told WHERE contradicts OR name_only)
SELECT keyed_id('L', debtor_id || chr(31) || source || chr(31) || table_name || chr(31) || record_id) AS link_id,
       debtor_id, source, table_name, record_id, part, debtor_id AS asked_debtor, variant, reach, basis, evidence, 'possible' AS tier,
       CASE WHEN contradicts THEN 1 / (1 + pow(2, -list_sum(list_transform(evidence, lambda entry: entry.weight)))) END AS probability,
       name_only, false AS number_asked, true AS by_model, contradicts
FROM weighed;
