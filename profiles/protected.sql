-- Which accounts a freeze or deduction must respect. Makes `account_class`: protected_class and handling of every deposit and product.
-- Reads protected_keyword, protected_class_rule, handling_rank, account_type and text_normal (profiles/protection.py).

-- Per text the longest keyword wins, on equal length the stricter handling.
CREATE OR REPLACE TEMP TABLE text_class AS
WITH hit AS (
  SELECT t.raw, k.keyword_no, any_value(k.class) AS class, any_value(k.size) AS size
  FROM text_normal t JOIN protected_keyword k ON contains(t.normal, k.part)
  WHERE t.suspect
  GROUP BY t.raw, k.keyword_no HAVING count(*) = any_value(k.parts))
SELECT h.raw, h.class, r.rank
FROM hit h JOIN protected_class_rule r ON r.class = h.class
QUALIFY row_number() OVER (PARTITION BY h.raw ORDER BY h.size DESC, r.rank, h.class) = 1;

CREATE OR REPLACE TEMP TABLE account_text AS
SELECT DISTINCT source, asset_key, gross_value, detail, type_text[1] AS type_raw, type_text AS texts
FROM asset_record WHERE kind IN ('deposit', 'financial_product');

-- Over several texts the stricter handling wins. Without a keyword, normal is only what the bank's agreement lists as ordinary;
-- a type that the agreement itself names with a class keeps that class.
CREATE OR REPLACE TABLE account_class AS
WITH texts AS (SELECT source, asset_key, unnest(texts) AS raw FROM account_text),
keyed AS (
  SELECT t.source, t.asset_key, min((c.rank, c.class)) AS strictest
  FROM texts t JOIN text_class c ON c.raw = t.raw GROUP BY t.source, t.asset_key),
part_texts AS (SELECT source, asset_key, unnest(from_json(json_extract(detail, '$.sub_account_types'), '["VARCHAR"]')) AS raw FROM account_text
               WHERE json_extract(detail, '$.sub_account_types') IS NOT NULL),
parts AS (SELECT DISTINCT p.source, p.asset_key FROM part_texts p JOIN text_class c ON c.raw = p.raw
          JOIN protected_class_rule r ON r.class = c.class WHERE r.handling <> 'not_an_asset'),
agreed AS (
  SELECT a.source, a.asset_key, t.protection FROM account_text a
  JOIN text_normal n ON n.raw = a.type_raw JOIN account_type t ON t.source = a.source AND t.normal = n.normal),
classed AS (
  SELECT a.source, a.asset_key, a.gross_value, a.detail, p.asset_key IS NOT NULL AS part_protected,
         CASE WHEN g.protection = 'ordinary' AND k.strictest IS NULL THEN 'ordinary'
              WHEN k.strictest IS NULL OR r.rank < (k.strictest)[1] THEN CASE WHEN g.protection NOT IN ('ordinary', 'review') THEN g.protection END
         END AS agreement, (k.strictest)[2] AS keyword_class
  FROM account_text a
  LEFT JOIN keyed k ON k.source = a.source AND k.asset_key = a.asset_key
  LEFT JOIN agreed g ON g.source = a.source AND g.asset_key = a.asset_key
  LEFT JOIN protected_class_rule r ON r.class = g.protection
  LEFT JOIN parts p ON p.source = a.source AND p.asset_key = a.asset_key),
ruled AS (
  SELECT c.*, CASE WHEN c.agreement = 'ordinary' THEN NULL ELSE coalesce(c.agreement, c.keyword_class) END AS class
  FROM classed c)
SELECT u.source, u.asset_key,
       CASE WHEN tagged.escrow AND coalesce(r.rank, 9) > 1 THEN 'presale_escrow' ELSE u.class END AS protected_class,
       CASE WHEN tagged.escrow AND coalesce(r.rank, 9) > 1 THEN 'freeze_only'
            WHEN u.class = 'credit_card' AND u.gross_value > 0 THEN 'review'
            WHEN u.class IS NULL AND u.agreement IS NULL THEN 'review'
            -- what the bank marks itself, and a number that no notice can name, is never loosened
            WHEN (tagged.marked OR u.part_protected) AND coalesce(r.handling, 'normal') IN ('normal', 'reserve') THEN 'review'
            WHEN tagged.unusable AND coalesce(r.handling, 'normal') IN ('normal', 'reserve', 'freeze_only') THEN 'review'
            ELSE coalesce(r.handling, 'normal') END AS handling
FROM ruled u
LEFT JOIN protected_class_rule r ON r.class = u.class,
LATERAL (SELECT coalesce(json_extract_string(u.detail, '$.escrow_project') <> '', false) AS escrow,
                coalesce(json_array_length(json_extract(u.detail, '$.bank_rights')) > 0, false) OR coalesce(json_extract_string(u.detail, '$.farm_subsidy')::BOOLEAN, false) AS marked,
                coalesce(json_extract_string(u.detail, '$.number_unusable')::BOOLEAN, false) OR coalesce(json_extract_string(u.detail, '$.parent_missing')::BOOLEAN, false) AS unusable) tagged;
