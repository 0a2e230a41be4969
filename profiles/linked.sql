-- The links as published, and who stands in which linked record with which stake: `link`, `linked_party`.
-- Reads best_link, match_result, link_basis and ruling (verdicts.sql), party, previous_link.

CREATE OR REPLACE TABLE link AS
WITH told AS (
    SELECT b.*, d.basis_digest,
           CASE WHEN b.reach = 'branch' THEN '债务人的分支机构' WHEN b.reach = 'sole_proprietor' THEN '债务人经营的个体工商户'
                WHEN b.reach = 'represented' THEN '登记为' || b.basis || '的法定代表人，未见持有其股权：线索，不是财产'
                WHEN b.contradicts THEN CASE WHEN b.name_only THEN '仅按姓名查得，' ELSE '' END || '反馈的户主证件号码与该被执行人不一致'
                WHEN b.name_only THEN '仅按姓名查得'
                WHEN b.number_asked THEN '未反馈证件号码，按所查号码推定' END AS model_reason
    FROM best_link b JOIN link_basis d ON d.link_id = b.link_id)
SELECT t.link_id, t.debtor_id, t.source, t.table_name, t.record_id, t.tier, t.probability,
       -- of a link that the model no longer shows, what it last said
       CASE WHEN t.by_model THEN to_json(coalesce(t.evidence, m.evidence)) ELSE coalesce(p.evidence, '[]') END AS evidence,
       getvariable('model_version') AS model_version,
       CASE WHEN r.holds THEN r.officer ELSE 'model' END AS decided_by,
       CASE WHEN r.holds THEN r.decided_at ELSE CAST(getvariable('started_at') AS TIMESTAMP) END AS decided_at,
       CASE WHEN r.holds THEN CASE r.verdict WHEN 'different' THEN '人工认定不属于该被执行人：' WHEN 'unsure' THEN '人工暂不能认定：' ELSE '' END || r.reason
            WHEN NOT r.holds THEN concat_ws('；', '原人工认定（' || verdict_zh(r.verdict) || '，' || CAST(r.decided_at AS DATE)
                 || '）已失效：认定后该记录或被执行人的信息有变化，须重新认定', t.model_reason)
            ELSE t.model_reason END AS reason,
       t.basis_digest,
       CASE WHEN r.holds THEN r.verdict WHEN NOT r.holds THEN 'lapsed' END AS verdict,
       -- not published
       t.reach, t.variant
FROM told t
LEFT JOIN match_result m ON m.rowid = t.pair
LEFT JOIN ruling r ON r.link_id = t.link_id
LEFT JOIN previous_link p ON p.link_id = CASE WHEN NOT t.by_model THEN t.link_id END;

DROP TABLE match_result;

-- Decided at: when the model first decided so, as long as nothing has changed.
UPDATE link SET decided_at = p.decided_at
FROM previous_link p
WHERE p.link_id = link.link_id AND p.tier = link.tier AND p.model_version = link.model_version AND p.decided_at IS NOT NULL
  AND link.decided_by = 'model' AND p.decided_by = 'model';

-- The party rows behind the links: what each linked record says about the debtor's stake. Grain: debtor x party record.
CREATE OR REPLACE TABLE linked_party AS
SELECT b.debtor_id, p.source, p.table_name, p.record_id, p.asset_key, p.role, p.co_ownership, p.share, p.shared_cell,
       b.tier, b.probability, b.reach
FROM best_link b
JOIN party p ON p.source = b.source AND p.table_name = b.table_name AND p.record_id = b.record_id AND p.part = b.part
            AND coalesce(p.only_debtor_id, '') = b.asked_debtor
QUALIFY row_number() OVER (
    PARTITION BY b.debtor_id, p.source, p.table_name, p.record_id, p.asset_key ORDER BY p.business_date DESC, p.row_no) = 1;
