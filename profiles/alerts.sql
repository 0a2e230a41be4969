-- What somebody should act on after this run: `alert`. Messages name kinds, counts and dates; never a person, an ID or an account number.
-- Reads alert_rule, measure_rule, source_title (profiles/measures.py).

CREATE OR REPLACE TEMP MACRO application_zh(app_type) AS
  CASE app_type WHEN 'first' THEN '首次登记' WHEN 'transfer' THEN '转移登记' WHEN 'change' THEN '变更登记' WHEN 'mortgage' THEN '抵押登记'
                WHEN 'renewal' THEN '延续登记' WHEN 'approval' THEN '审批手续' WHEN 'cancellation' THEN '注销登记' WHEN 'filing' THEN '备案手续'
                ELSE '登记手续' END;
CREATE OR REPLACE TEMP MACRO kind_zh(kind) AS
  CASE kind WHEN 'deposit' THEN '存款' WHEN 'financial_product' THEN '金融资产' WHEN 'vehicle' THEN '车辆' WHEN 'land_use_right' THEN '土地使用权'
            WHEN 'exploration_right' THEN '探矿权' WHEN 'mining_right' THEN '采矿权' WHEN 'housing' THEN '房屋' WHEN 'presale_housing' THEN '预售房屋'
            WHEN 'equity' THEN '股权' WHEN 'tax_refund' THEN '退税款' WHEN 'project' THEN '项目' WHEN 'income' THEN '收入' WHEN 'movable' THEN '动产'
            WHEN 'debt_claim' THEN '到期债权' ELSE '其他财产' END;

-- The case under which a debtor's alert is shown: the first one open, else the last one ended.
CREATE OR REPLACE TEMP TABLE main_case AS
SELECT debtor_id, case_no FROM debtor_case
QUALIFY row_number() OVER (PARTITION BY debtor_id ORDER BY NOT is_open, CASE WHEN is_open THEN filed_at END, ended_on DESC NULLS LAST, case_no) = 1;

CREATE OR REPLACE TEMP TABLE own_measure AS
SELECT s.*, a.debtor_id, a.kind AS asset_kind,
       max(s.end_date) FILTER (s.in_force) OVER (PARTITION BY s.asset_id, a.debtor_id) AS held_until
FROM seizure s JOIN asset a ON a.asset_id = s.asset_id AND a.tier = 'confirmed' AND a.is_current
WHERE s.is_ours AND NOT s.waits AND s.released_at IS NULL;

-- Debtors who came onto the list tonight: their whole profile is new, no single asset is news.
CREATE OR REPLACE TEMP TABLE newcomer AS
SELECT d.debtor_id FROM debtor d
WHERE NOT EXISTS (FROM previous_debtor p WHERE p.debtor_id = d.debtor_id)
   OR NOT EXISTS (FROM debtor_case c WHERE c.debtor_id = d.debtor_id
                  AND NOT EXISTS (FROM change_event e WHERE e.debtor_id = d.debtor_id AND e.kind = 'case_opened' AND e.after = c.case_no
                                  AND e.run_date = getvariable('business_date')::DATE));

CREATE OR REPLACE TEMP TABLE stoppable AS
SELECT CASE WHEN p.app_type = 'transfer' THEN 'transfer_in_progress' WHEN p.app_type = 'cancellation' THEN 'cancellation_in_progress'
            ELSE 'approval_in_progress' END AS kind,
       p.debtor_id, p.asset_id, p.application_id AS which,
       t.agency_zh || '正在办理' || application_zh(p.app_type) || '，' || strftime(p.accepted_at, '%Y年%m月%d日') || '受理，尚未登簿，可通知停止办理' AS message_zh,
       p.legal_basis
FROM application p JOIN source_title t ON t.source = p.source
WHERE p.can_be_stopped;

CREATE OR REPLACE TEMP VIEW found_asset AS
SELECT a.* FROM asset a WHERE a.tier = 'confirmed' AND a.is_current AND a.handling NOT IN ('not_an_asset', 'block');

-- Transfers of what is not (or no longer) the debtor's: seen tonight, or still tied to the debtor.
CREATE OR REPLACE TEMP TABLE transferred_away AS
WITH transfer AS (
  SELECT debtor_id, asset_id, registered_at, concat_ws(' ', app_type, app_no) AS which
  FROM application WHERE app_type = 'transfer' AND registered_at IS NOT NULL
  UNION
  SELECT debtor_id, asset_id, try_cast(after AS TIMESTAMP), before FROM change_event
  WHERE kind = 'application_registered' AND starts_with(before, 'transfer ') AND run_date = getvariable('business_date')::DATE)
SELECT t.* FROM transfer t
WHERE NOT EXISTS (FROM asset a WHERE a.debtor_id = t.debtor_id AND a.asset_id = t.asset_id AND a.is_current);

CREATE OR REPLACE TEMP TABLE found_after_closing AS
SELECT a.*, c.case_no,
       EXISTS (FROM change_event e WHERE e.debtor_id = a.debtor_id AND e.asset_id = a.asset_id AND e.kind = 'asset_found'
               AND e.run_date = getvariable('business_date')::DATE) AND a.debtor_id NOT IN (FROM newcomer) AS is_news
FROM found_asset a JOIN debtor_case c ON c.debtor_id = a.debtor_id AND NOT c.is_open AND c.close_mode = 'ended_no_assets'
WHERE a.first_seen > c.ended_on AND coalesce(a.net_value > 0, true) AND a.handling IN ('normal', 'reserve')
  AND NOT EXISTS (FROM debtor_case n WHERE n.debtor_id = a.debtor_id AND n.is_open);

CREATE OR REPLACE TEMP VIEW not_declared AS
SELECT a.* FROM found_asset a
WHERE NOT a.declared_by_debtor AND a.kind NOT IN ('project', 'tax_refund') AND coalesce(a.gross_value, 1) > 0
  AND a.debtor_id IN (SELECT debtor_id FROM declaration);

CREATE OR REPLACE TEMP TABLE raised AS
SELECT kind, NULL::VARCHAR AS severity, debtor_id, asset_id, NULL::VARCHAR AS case_no, message_zh, legal_basis, NULL::DATE AS due_on, which FROM stoppable
UNION ALL
-- 30, 15 and 7 days before the end, unless a later measure of ours already holds the asset
SELECT 'seizure_expiring', CASE WHEN days_to_expiry <= 7 THEN 'urgent' WHEN days_to_expiry <= 15 THEN 'high' ELSE 'normal' END,
       debtor_id, asset_id, case_no,
       '本院对' || kind_zh(asset_kind) || '的措施将于' || strftime(end_date, '%Y年%m月%d日') || '届满（剩余' || days_to_expiry || '天），逾期失效，须及时续行',
       NULL, end_date, concat_ws('|', source, table_name, file, row_no)
FROM own_measure WHERE in_force AND days_to_expiry BETWEEN 0 AND 30 AND end_date = held_until
UNION ALL
SELECT 'seizure_lapsed', NULL, debtor_id, asset_id, case_no,
       '本院对' || kind_zh(asset_kind) || '的措施已于' || strftime(end_date, '%Y年%m月%d日') || '届满未续，效力消灭', NULL, NULL,
       concat_ws('|', source, table_name, file, row_no)
FROM own_measure WHERE NOT in_force AND end_date < getvariable('business_date')::DATE AND held_until IS NULL
  AND end_date = (SELECT max(o.end_date) FROM own_measure o WHERE o.asset_id = own_measure.asset_id AND o.debtor_id = own_measure.debtor_id)
UNION ALL
-- clearly excessive: even without the least of them, what we hold covers the claim (an indivisible asset is thereby excepted)
SELECT 'seizure_excess', NULL, h.debtor_id, NULL, NULL,
       '本院已控制财产' || h.assets || '项，已知净值合计超过尚欠金额，去除其中最小一项仍足以清偿，须审查是否明显超标的', NULL, NULL, ''
FROM (SELECT debtor_id, count(*) AS assets, sum(worth) AS held, min(worth) AS least
      FROM (SELECT DISTINCT m.debtor_id, m.asset_id, a.net_value + coalesce(b.amount, 0) AS worth FROM own_measure m
            JOIN asset a ON a.debtor_id = m.debtor_id AND a.asset_id = m.asset_id
            LEFT JOIN held_by_us b ON b.debtor_id = m.debtor_id AND b.asset_id = m.asset_id
            WHERE m.in_force AND a.handling = 'normal') WHERE worth > 0
      GROUP BY debtor_id) h
JOIN debtor d ON d.debtor_id = h.debtor_id
WHERE h.assets > 1 AND d.claim_balance > 0 AND h.held - h.least >= d.claim_balance
UNION ALL
SELECT 'asset_found', NULL, e.debtor_id, e.asset_id, NULL, '新发现' || kind_zh(a.kind) || '一项，可依法采取控制措施', NULL, NULL, ''
FROM change_event e JOIN found_asset a ON a.debtor_id = e.debtor_id AND a.asset_id = e.asset_id
WHERE e.kind = 'asset_found' AND e.run_date = getvariable('business_date')::DATE AND e.debtor_id NOT IN (FROM newcomer)
  AND EXISTS (FROM debtor_case c WHERE c.debtor_id = e.debtor_id AND c.is_open)
UNION ALL
-- ended for lack of assets, and something that can be realised appeared since: resume. Tonight's finds one by one, older ones together.
SELECT 'asset_found_after_closing', NULL, a.debtor_id, a.asset_id, a.case_no, '终本后新发现' || kind_zh(a.kind) || '一项，符合条件的应当恢复执行', NULL, NULL, a.case_no
FROM found_after_closing a WHERE a.is_news
UNION ALL
SELECT 'asset_found_after_closing', 'normal', a.debtor_id, NULL, a.case_no,
       '终本后查得可供执行财产' || count(*) || '项' || coalesce('，已知净值合计' || sum(a.net_value) || '元', '') || '，符合条件的应当恢复执行', NULL, NULL, a.case_no
FROM found_after_closing a WHERE NOT a.is_news GROUP BY a.debtor_id, a.case_no
UNION ALL
SELECT 'declared_not_found', NULL, d.debtor_id, a.asset_id, d.case_no,
       '被执行人于' || strftime(d.declared_on, '%Y年%m月%d日') || '申报的' || kind_zh(d.kind) || '在已反馈的登记中未查得，须核实去向', NULL, NULL, d.case_no || '/' || d.line_no
FROM declaration d JOIN asset a ON a.debtor_id = d.debtor_id AND a.source = 'court_cases' AND a.file = d.file AND a.row_no = d.row_no
WHERE d.found_asset_id IS NULL AND d.kind NOT IN ('movable', 'debt_claim', 'income', 'other')
UNION ALL
-- only of debtors who have declared at all; registered things one by one, accounts together
SELECT 'found_not_declared', NULL, a.debtor_id, a.asset_id, NULL, '查得' || kind_zh(a.kind) || '一项，被执行人申报中未列明', NULL, NULL, ''
FROM not_declared a WHERE a.kind NOT IN ('deposit', 'financial_product')
UNION ALL
SELECT 'found_not_declared', NULL, a.debtor_id, NULL, NULL, '查得存款、金融资产账户' || count(*) || '个，被执行人申报中未列明', NULL, NULL, ''
FROM not_declared a WHERE a.kind IN ('deposit', 'financial_product') GROUP BY a.debtor_id
UNION ALL
-- a clue for a person to look into, no accusation: registered away from the debtor after the title took effect
SELECT 'possible_disposal', NULL, p.debtor_id, p.asset_id, c.case_no,
       '线索：执行依据生效后，' || strftime(p.registered_at, '%Y年%m月%d日') || '办结转移登记，须核查对价与去向', NULL, NULL, p.which
FROM transferred_away p JOIN debtor_case c ON c.debtor_id = p.debtor_id AND coalesce(c.basis_effective_on, c.filed_at) <= p.registered_at::DATE
UNION ALL
SELECT 'insolvency_signal', NULL, d.debtor_id, NULL, NULL,
       '企业法人涉及' || d.case_count || '件执行案件，已知财产净值不足清偿全部债务，可征询移送破产审查意见', NULL, NULL, ''
FROM debtor d LEFT JOIN (SELECT debtor_id, sum(amount) AS amount FROM liability GROUP BY debtor_id) l ON l.debtor_id = d.debtor_id
WHERE d.party_type = 'organization' AND d.case_count > 1 AND d.unvalued_assets = 0 AND d.waiting_review = 0
  AND d.claim_balance + coalesce(l.amount, 0) > d.net_value AND NOT list_contains(d.flags, 'bankruptcy')
UNION ALL
SELECT 'debtor_deceased', NULL, debtor_id, NULL, NULL, '户籍显示被执行人已死亡，须核实并依法变更或追加被执行人', NULL, NULL, ''
FROM debtor WHERE household_status = 'deceased'
UNION ALL
SELECT 'requery_due', NULL, debtor_id, NULL, case_no, '终本案件应于' || strftime(next_requery_on, '%Y年%m月%d日') || '再次查询财产', NULL, next_requery_on, case_no
FROM debtor_case WHERE NOT is_open AND next_requery_on <= getvariable('business_date')::DATE
UNION ALL
SELECT 'review_waiting', NULL, debtor_id, NULL, NULL, '有' || waiting_review || '项关联或财产等待人工核实', NULL, NULL, ''
FROM debtor WHERE waiting_review > 0
UNION ALL
-- perhaps released, and no release on record: it counts on, and the register is asked
SELECT 'review_waiting', CASE WHEN bool_or(s.is_ours) THEN 'high' END, a.debtor_id, a.asset_id, NULL,
       kind_zh(a.kind) || '上' || count(*) || '项查封' || CASE WHEN bool_or(s.is_ours) THEN '（含本院措施）' ELSE '' END
         || '状态不明：不再列明或标明而无完整解除记录，暂按有效对待，请' || t.agency_zh || '核对', NULL, NULL, s.source
FROM seizure s JOIN asset a ON a.asset_id = s.asset_id AND a.tier = 'confirmed' AND a.is_current JOIN source_title t ON t.source = s.source
WHERE s.unconfirmed GROUP BY a.debtor_id, a.asset_id, a.kind, s.source, t.agency_zh
UNION ALL
SELECT 'source_missing', CASE WHEN n.outcome = 'stale' THEN 'urgent' END, NULL, NULL, NULL,
       t.agency_zh || CASE n.outcome WHEN 'rejected' THEN '本次交付未被接受，沿用此前数据' WHEN 'stale' THEN '数据已超过最长有效期' ELSE '本次未按时交付，沿用此前数据' END
         || coalesce('（数据已' || n.age_days || '天）', ''), NULL, NULL, n.source
FROM night_outcome n JOIN source_title t ON t.source = n.source
WHERE n.outcome IN ('missing', 'stale', 'rejected') AND n.business_date = getvariable('business_date')::DATE
UNION ALL
-- per debtor, unless the source as a whole is missing: then one line says it
SELECT 'no_reply', NULL, r.debtor_id, NULL, NULL,
       t.agency_zh || CASE r.result WHEN 'error' THEN '查询失败，须重新查询' ELSE '逾期未反馈查询结果' END, NULL, NULL, r.source
FROM source_reply r JOIN source_title t ON t.source = r.source
WHERE r.result IN ('no_reply', 'error')
  AND NOT EXISTS (FROM night_outcome n WHERE n.source = r.source AND n.business_date = getvariable('business_date')::DATE
                  AND n.outcome IN ('missing', 'stale', 'rejected'));

-- The id holds no date: an alert that stands for many nights is one alert.
CREATE OR REPLACE TABLE alert AS
SELECT keyed_id('W', concat_ws(chr(31), r.kind, coalesce(r.debtor_id, ''), coalesce(r.asset_id, ''), coalesce(r.case_no, ''), r.which)) AS alert_id,
       getvariable('business_date')::DATE AS run_date, coalesce(r.severity, u.severity) AS severity, r.kind, r.debtor_id, r.asset_id,
       coalesce(r.case_no, m.case_no) AS case_no, r.message_zh, coalesce(r.legal_basis, u.legal_zh) AS legal_basis, r.due_on
FROM raised r JOIN alert_rule u ON u.kind = r.kind LEFT JOIN main_case m ON m.debtor_id = r.debtor_id
QUALIFY row_number() OVER (PARTITION BY alert_id ORDER BY r.due_on, r.message_zh) = 1;
