-- What to enforce next, per case: `target`. Liquid and unencumbered first, then by what can be expected of it (rules/targeting.yaml); never beyond
-- what is still owed. Reads measure_rule (profiles/measures.py), kind_weight and basis_weight (profiles/targeting.py). Only confirmed, current
-- assets that may be controlled.

CREATE OR REPLACE TEMP TABLE controlled AS
SELECT asset_id,
       bool_or(is_ours AND in_force) AS ours_in_force, max(end_date) FILTER (is_ours AND in_force) AS ours_until,
       bool_or(is_ours AND waits AND released_at IS NULL) AS ours_waiting,
       count(*) FILTER (NOT is_ours AND in_force) AS others_in_force,
       count(*) FILTER (NOT is_ours AND waits AND released_at IS NULL) AS others_waiting
FROM seizure GROUP BY asset_id;

-- Money that our own freeze holds is not available any more, and yet it is what a deduction brings. What other authorities hold of it
-- stands before; nobody says how much that is where a freeze has no amount. A renewal continues the measure it renews.
CREATE OR REPLACE TABLE held_by_us AS
WITH limits AS (
  SELECT asset_id, is_ours, sum(amount) AS amount, bool_or(unlimited) AS unlimited
  FROM (SELECT asset_id, is_ours, authority, max(amount) AS amount, bool_or(amount IS NULL) AS unlimited
        FROM seizure WHERE in_force
        GROUP BY asset_id, is_ours, authority, coalesce(case_no, case_no_normal(doc_no), source || table_name || file || row_no))
  GROUP BY asset_id, is_ours)
SELECT a.debtor_id, a.asset_id,
       greatest(0, least(CASE WHEN NOT o.unlimited THEN o.amount ELSE a.prior_claims END,
                         a.prior_claims - CASE WHEN t.unlimited THEN a.prior_claims ELSE coalesce(t.amount, 0) END))::DECIMAL(18, 2) AS amount
FROM asset a
JOIN limits o ON o.asset_id = a.asset_id AND o.is_ours
LEFT JOIN limits t ON t.asset_id = a.asset_id AND NOT t.is_ours
WHERE a.kind = 'deposit' AND a.tier = 'confirmed' AND a.is_current AND a.handling = 'normal' AND a.net_value IS NOT NULL;

CREATE OR REPLACE TEMP TABLE burdened AS
SELECT asset_id, count(*) AS burdens FROM encumbrance WHERE status <> 'cancelled' GROUP BY asset_id;

-- The living reserve is kept once per debtor, from its wage and pension accounts together, the largest first.
CREATE OR REPLACE TEMP TABLE above_reserve AS
WITH kept AS (
  SELECT debtor_id, asset_id, getvariable('living_reserve')::DECIMAL(18, 2) AS reserve,
         sum(net_value) OVER (PARTITION BY debtor_id ORDER BY net_value DESC, asset_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS upto, net_value
  FROM asset WHERE handling = 'reserve' AND tier = 'confirmed' AND is_current AND net_value IS NOT NULL)
SELECT debtor_id, asset_id, (greatest(0, upto - reserve) - greatest(0, upto - net_value - reserve))::DECIMAL(18, 2) AS net_value
FROM kept WHERE reserve IS NOT NULL;

CREATE OR REPLACE TEMP TABLE reachable AS
SELECT a.debtor_id, a.asset_id, a.kind, a.handling, a.ownership, a.only_home_possible, a.register_basis, a.currency, a.value_basis,
       a.gross_value, a.prior_claims - coalesce(h.amount, 0) AS prior_claims, a.protected_class, a.reach,
       CASE a.handling WHEN 'normal' THEN a.net_value + coalesce(h.amount, 0) WHEN 'reserve' THEN r.net_value END AS net_value,
       a.handling = 'freeze_only' AS freeze_only,
       a.kind IN ('deposit', 'financial_product', 'tax_refund') AS is_liquid,
       coalesce(b.burdens, 0) + coalesce((a.detail ->> 'land_mortgage_counted')::BOOLEAN, false)::INTEGER AS burdens, coalesce(c.ours_in_force, false) AS ours_in_force, c.ours_until, coalesce(c.ours_waiting, false) AS ours_waiting,
       coalesce(c.others_in_force, 0) AS others_in_force,
       EXISTS (SELECT 1 FROM application p WHERE p.debtor_id = a.debtor_id AND p.asset_id = a.asset_id AND p.can_be_stopped) AS can_be_stopped,
       coalesce((a.detail ->> 'seizure_unconfirmed')::BOOLEAN, false) AS seizure_unconfirmed
FROM asset a
LEFT JOIN above_reserve r ON r.debtor_id = a.debtor_id AND r.asset_id = a.asset_id
LEFT JOIN held_by_us h ON h.debtor_id = a.debtor_id AND h.asset_id = a.asset_id
LEFT JOIN controlled c ON c.asset_id = a.asset_id
LEFT JOIN burdened b ON b.asset_id = a.asset_id
WHERE a.tier = 'confirmed' AND a.is_current
  AND (a.handling IN ('normal', 'freeze_only') OR a.handling = 'reserve' AND r.net_value > 0)
  -- an empty account is nothing to control
  AND NOT (a.kind IN ('deposit', 'financial_product') AND coalesce(a.gross_value, 1) <= 0);

-- What each asset can be expected to bring to each case.
CREATE OR REPLACE TEMP TABLE prospect AS
WITH ranked AS (
  SELECT c.debtor_id, c.case_no, c.case_type, c.is_open, c.balance, r.* EXCLUDE (debtor_id),
         r.is_liquid AND r.burdens = 0 AND r.others_in_force = 0 AND coalesce(r.prior_claims, 0) = 0 AS free_cash,
         CASE WHEN r.freeze_only THEN 0 ELSE coalesce(r.net_value, 0) END AS covers
  FROM debtor_case c JOIN reachable r ON r.debtor_id = c.debtor_id
  WHERE coalesce(c.balance, 1) > 0),
weighed AS (
  SELECT r.*, k.months,
         k.certainty * CASE WHEN r.net_value IS NULL THEN 1 ELSE b.factor END
           * CASE WHEN r.others_in_force > 0 THEN getvariable('weight_others_before_us') ELSE 1 END
           * CASE WHEN r.burdens > 0 THEN getvariable('weight_burdened') ELSE 1 END
           * CASE WHEN r.ownership IN ('joint', 'by_shares', 'unclear') THEN getvariable('weight_co_owned') ELSE 1 END
           * CASE WHEN r.only_home_possible THEN getvariable('weight_only_home_possible') ELSE 1 END AS certainty
  FROM ranked r JOIN kind_weight k ON k.kind = r.kind LEFT JOIN basis_weight b ON b.basis = r.value_basis)
SELECT *, round(net_value * certainty * pow(1 - getvariable('weight_discount_per_month'), months), 2)::DECIMAL(18, 2) AS expected FROM weighed;

-- Narrow, because it is put in order: down to where the claim is covered.
CREATE OR REPLACE TEMP TABLE needed AS
WITH covered AS (
  SELECT debtor_id, case_no, asset_id, balance, row_number() OVER w AS rank,
         coalesce(sum(covers) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS covered_before
  FROM prospect
  -- what is not valued stands behind what is, surest and soonest first
  WINDOW w AS (PARTITION BY debtor_id, case_no
               ORDER BY freeze_only, NOT free_cash, expected IS NULL, -coalesce(expected, certainty), months, kind, asset_id))
SELECT debtor_id, case_no, asset_id, rank, covered_before, balance - covered_before AS claim_left
FROM covered WHERE balance IS NULL OR balance > covered_before;

CREATE OR REPLACE TABLE target AS
SELECT n.debtor_id, n.case_no, n.rank::INTEGER AS rank, n.asset_id,
       CASE WHEN n.ours_in_force AND coalesce(date_diff('day', getvariable('business_date')::DATE, n.ours_until) <= 30, false) THEN m.renewal
            WHEN n.ours_in_force AND n.case_type <> 'preservation' AND NOT n.freeze_only THEN coalesce(m.realise, m.renewal)
            WHEN n.ours_in_force THEN m.renewal
            WHEN n.others_in_force > 0 THEN m.waiting
            ELSE m.control END AS recommended_measure,
       m.addressee_zh AS addressee,
       CAST(CASE WHEN n.covers > 0 THEN least(n.covers, n.claim_left) ELSE n.claim_left END AS DECIMAL(18, 2)) AS amount_to_control,
       CASE WHEN n.balance > 0 THEN least(1.0, (n.covered_before + n.covers)::DOUBLE / n.balance::DOUBLE) END AS cumulative_coverage,
       m.legal_zh AS legal_basis, m.max_term,
       list_filter([
         CASE WHEN n.free_cash AND NOT n.freeze_only THEN '可直接控制，无在先权利' END,
         CASE WHEN n.freeze_only THEN NULL
              WHEN n.net_value > 0 THEN format('净值 {:,.2f} 元，预计可得 {:,.2f} 元（把握 {:.0f}%，约 {:g} 个月）', n.net_value::DOUBLE, n.expected::DOUBLE, n.certainty * 100, n.months)
              WHEN n.net_value IS NULL THEN format('价值不明，须评估（把握 {:.0f}%，约 {:g} 个月）', n.certainty * 100, n.months) END,
         CASE WHEN n.can_be_stopped THEN '正在办理登记手续，登簿前可以停止办理' END,
         CASE WHEN n.ours_in_force THEN '本院已控制，可推进处置' END,
         CASE n.reach WHEN 'branch' THEN '分支机构财产，可直接执行' WHEN 'sole_proprietor' THEN '个体工商户财产，可执行经营者' END,
         '权属依据：' || n.register_basis], lambda reason: reason IS NOT NULL) AS reasons,
       list_filter([
         CASE WHEN n.freeze_only THEN '仅可冻结，不得扣划（' || coalesce(k.title_zh, '特殊账户') || '）' END,
         CASE WHEN n.handling = 'reserve' THEN '须保留生活必需费用，仅执行超出部分' END,
         CASE WHEN n.others_in_force > 0 AND d.party_type = 'person' THEN '已有其他机关查封冻结，自然人债务人按比例参与分配'
              WHEN n.others_in_force > 0 THEN '已有其他机关查封冻结，须轮候' END,
         CASE WHEN n.seizure_unconfirmed THEN '有查封无解除记录而登记不明，须请登记机构核对' END,
         CASE WHEN n.burdens > 0 THEN '存在抵押、质押等优先权' END,
         CASE WHEN n.ownership IN ('joint', 'by_shares', 'unclear') THEN '共有财产或份额不明，须通知共有人' END,
         CASE WHEN n.only_home_possible THEN '可能为唯一住房，可以查封，处置前须查明' END,
         CASE WHEN n.kind = 'deposit' AND n.currency <> 'CNY' THEN '外币账户，未折算' END,
         CASE WHEN n.kind = 'equity' THEN '出资额不等于价值；冻结自公示时生效' END,
         CASE WHEN coalesce(t.arrears, 0) > 0 THEN '欠税可能优先受偿' END,
         CASE WHEN list_contains(d.flags, 'bankruptcy') THEN '涉及破产程序，须先审查应否中止' END,
         CASE WHEN list_contains(d.flags, 'deceased') THEN '户籍显示已死亡，须先确定承继人' END,
         CASE WHEN NOT n.is_open THEN '案件已终本，须先恢复执行' END,
         m.note_zh], lambda caution: caution IS NOT NULL) AS cautions
FROM (FROM prospect JOIN needed USING (debtor_id, case_no, asset_id)) n
JOIN measure_rule m ON m.kind = n.kind
JOIN debtor d ON d.debtor_id = n.debtor_id
LEFT JOIN protected_class_rule k ON k.class = n.protected_class
LEFT JOIN (SELECT debtor_id, sum(amount) AS arrears FROM liability WHERE kind = 'tax_arrears' GROUP BY debtor_id) t ON t.debtor_id = n.debtor_id;
