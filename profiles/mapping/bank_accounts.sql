-- All six banks from their common shape into staging: accounts, products, freezes, pledges. Runs after the banks' own mappings.

-- A row that says it is part of another one is no account: its balance is contained in the other's.
CREATE OR REPLACE TEMP TABLE account_row AS
SELECT a.*, r.debtor_id, r.asked_on, r.batch, r.asked_id, r.asked_id_type, a.inquiry_no || '/' || a.account_key AS asset_key,
       a.rounded OR contains(a.number, '*') AS unusable,
       parent.account_key IS NOT NULL AS is_part, a.parent_key IS NOT NULL AND parent.account_key IS NULL AS parent_missing
FROM bank_account a
JOIN reply_present r ON r.source = a.source AND r.inquiry_no = a.inquiry_no
LEFT JOIN bank_account parent ON parent.source = a.source AND parent.inquiry_no = a.inquiry_no AND parent.account_key = a.parent_key
                              AND parent.account_key <> a.account_key;

CREATE OR REPLACE TEMP TABLE account_part AS
SELECT source, inquiry_no || '/' || account_key AS asset_key,
       list({'number': number, 'type': type_raw, 'currency': currency, 'balance': balance, 'available': available} ORDER BY number) AS parts,
       list_distinct(list(type_raw) FILTER (type_raw IS NOT NULL)) AS types
FROM (SELECT source, inquiry_no, account_key, number, type_raw, currency, balance, available FROM bank_sub
      UNION ALL
      SELECT source, inquiry_no, parent_key, number, type_raw, currency, balance, available FROM account_row WHERE is_part)
GROUP BY ALL;

-- Cash and remittance of one currency under one number are one account: their amounts add up.
-- The same account told to several inquiries about one debtor is told once too often, not owned twice: turn 1 speaks for it.
CREATE OR REPLACE TEMP TABLE account_main AS
WITH main AS (SELECT * FROM account_row WHERE NOT is_part),
several AS (SELECT source, debtor_id, number, count(DISTINCT coalesce(currency, 'CNY')) AS currencies FROM main GROUP BY ALL),
cash AS (SELECT source, inquiry_no, number, currency, sum(balance) AS balance, sum(available) AS available,
                list({'cash_kind': cash_kind, 'balance': balance} ORDER BY cash_kind) AS kinds
         FROM main WHERE cash_kind IS NOT NULL GROUP BY ALL HAVING count(*) > 1 AND count(*) = count(DISTINCT cash_kind)),
twins AS (SELECT source, asset_key, count(*) OVER (PARTITION BY source, inquiry_no, number, currency) AS sharing,
                 row_number() OVER (PARTITION BY source, inquiry_no, number, currency ORDER BY opened_on NULLS LAST, type_raw, branch, row_no) AS twin
          FROM main WHERE unusable)
SELECT m.* REPLACE (CASE WHEN c.kinds IS NULL THEN m.balance ELSE c.balance END AS balance,
                    CASE WHEN c.kinds IS NULL THEN m.available ELSE c.available END AS available),
       c.kinds AS cash_kinds, s.currencies,
       m.source || ':' || m.number || CASE WHEN s.currencies > 1 THEN ':' || coalesce(m.currency, 'CNY') ELSE '' END
                || CASE WHEN t.sharing > 1 THEN '~' || t.twin ELSE '' END AS identifier,
       coalesce(m.currency, 'CNY') <> 'CNY' AS is_foreign,
       row_number() OVER (PARTITION BY m.source, m.debtor_id, m.number, coalesce(m.currency, 'CNY'), coalesce(t.twin, 1)
                          ORDER BY m.asked_on DESC, m.batch DESC, m.replied_at DESC NULLS LAST, m.inquiry_no, m.account_key) AS turn
FROM main m
JOIN several s ON s.source = m.source AND s.debtor_id = m.debtor_id AND s.number = m.number
LEFT JOIN cash c ON c.source = m.source AND c.inquiry_no = m.inquiry_no AND c.number = m.number AND c.currency IS NOT DISTINCT FROM m.currency
LEFT JOIN twins t ON t.source = m.source AND t.asset_key = m.asset_key;

-- Who the holder is held to be. Where the bank says that the number agreed but delivers none, the number asked is what it delivered.
-- Where it says nothing and delivers none, the number asked is weak evidence: id_type 'asked', which links never lift above probable.
CREATE OR REPLACE TEMP TABLE account_holder AS
WITH best AS (
  SELECT source, debtor_id, number, holder_name, holder_id_type, match_basis,
         coalesce(holder_id, CASE WHEN match_basis <> 'name_only' THEN asked_id END) AS id_number,
         CASE WHEN holder_id IS NOT NULL THEN 'delivered' WHEN match_basis IN ('id_and_name', 'id_only') THEN asked_id_type
              WHEN match_basis = 'unknown' AND asked_id IS NOT NULL THEN 'asked' END AS says
  FROM account_main
  QUALIFY row_number() OVER (PARTITION BY source, debtor_id, number
    ORDER BY CASE match_basis WHEN 'id_and_name' THEN 0 WHEN 'id_only' THEN 1 WHEN 'unknown' THEN 2 ELSE 3 END,
             holder_id IS NULL, NOT coalesce(id_strong(id_clean(holder_id)), false), asked_on DESC, inquiry_no, account_key) = 1),
joint AS (SELECT DISTINCT source, inquiry_no, account_key FROM bank_right WHERE right_kind = 'co_owner')
SELECT m.source, m.asset_key, m.debtor_id, m.number, b.holder_name, b.id_number AS holder_id, b.holder_id_type, b.says, b.match_basis,
       m.address, m.phone, m.business_date, m.file, m.file_sha256, m.row_no, coalesce(m.joint, false) OR j.source IS NOT NULL AS is_joint
FROM account_main m
JOIN best b ON b.source = m.source AND b.debtor_id = m.debtor_id AND b.number = m.number
LEFT JOIN joint j ON j.source = m.source AND j.inquiry_no = m.inquiry_no AND j.account_key = m.account_key;

CREATE OR REPLACE TEMP TABLE account_thing AS
SELECT source, asset_key, asset_key AS thing_key FROM account_holder
UNION ALL
SELECT p.source, p.inquiry_no || '/' || p.account_key, p.inquiry_no || '/' || p.account_key || '/' || p.product_no FROM bank_product p;

-- Holders repeat over accounts: every distinct text is read once. Parts: several people in one cell.
CREATE OR REPLACE TEMP TABLE holder_part AS
WITH said AS (SELECT DISTINCT holder_name, holder_id, holder_id_type, says FROM account_holder WHERE holder_name IS NOT NULL OR holder_id IS NOT NULL),
cells AS MATERIALIZED (SELECT *, cell_parties(holder_name, holder_id) AS owners FROM said),
apart AS (SELECT * EXCLUDE (owners), generate_subscripts(owners, 1)::INTEGER AS part, unnest(owners) AS owner FROM cells),
owner AS MATERIALIZED (
  SELECT * EXCLUDE (owner), owner.name AS name, owner.id_number AS id_number, owner.shared AS shared,
         id_kind(owner.id_number) AS kind, coalesce(id_strong(id_clean(owner.id_number)), false) AS strong
  FROM apart),
typed AS MATERIALIZED (
  SELECT *, CASE WHEN says = 'delivered' OR shared AND says <> 'asked' THEN id_type_by(CASE WHEN NOT shared THEN holder_id_type END, kind, strong)
                 ELSE says END AS id_type
  FROM owner)
SELECT * EXCLUDE (kind, strong), party_type_by(NULL, nullif(id_type, 'asked'), kind, strong, name) AS party_type FROM typed;

INSERT INTO party BY NAME
SELECT h.source, 'accounts' AS table_name, h.number AS record_id, o.part, t.thing_key AS asset_key, 'account_holder' AS role, o.party_type,
       o.name, o.id_type, o.id_number, h.address, h.phone,
       CASE WHEN h.is_joint OR o.shared THEN 'joint' ELSE 'sole' END AS co_ownership,
       CASE WHEN NOT h.is_joint AND NOT o.shared THEN 1.0 END AS share, o.shared AS shared_cell,
       h.debtor_id AS only_debtor_id, h.match_basis, h.business_date, h.file, h.file_sha256, h.row_no
FROM account_holder h
JOIN holder_part o ON o.holder_name IS NOT DISTINCT FROM h.holder_name AND o.holder_id IS NOT DISTINCT FROM h.holder_id
                  AND o.holder_id_type IS NOT DISTINCT FROM h.holder_id_type AND o.says IS NOT DISTINCT FROM h.says
JOIN account_thing t ON t.source = h.source AND t.asset_key = h.asset_key;

INSERT INTO asset_record BY NAME
WITH rights AS (
  SELECT source, inquiry_no || '/' || account_key AS asset_key,
         list({'holder': right_holder, 'amount': amount} ORDER BY right_no) FILTER (right_kind = 'co_owner') AS co_owners,
         list(DISTINCT right_kind) AS kinds
  FROM bank_right GROUP BY ALL)
SELECT m.source, m.asset_key, m.number AS record_id, 'accounts' AS table_name, 'deposit' AS kind, m.identifier,
       CASE WHEN luhn_valid(m.card_no) AND m.currencies = 1 THEN ['card:' || m.card_no] ELSE [] END AS alt_keys,
       bank_name(m.source) || coalesce(' ' || m.type_raw, '') AS title, m.branch AS location,
       CASE WHEN m.is_foreign THEN NULL WHEN m.balance IS NOT NULL THEN m.balance WHEN m.available >= 0 THEN m.available END AS gross_value,
       CASE WHEN m.is_foreign THEN 'unknown' WHEN m.balance IS NOT NULL THEN 'balance' WHEN m.available >= 0 THEN 'available' ELSE 'unknown' END AS value_basis,
       CASE WHEN NOT m.is_foreign THEN m.available END AS available, coalesce(m.currency, 'CNY') AS currency, m.status,
       coalesce(m.status <> 'closed', true) AND coalesce(m.closed_on > m.asked_on, true) AS is_current,
       '账户名称' AS register_basis, [m.type_raw, m.remark, m.holder_name] AS type_text,
       json_facts(json_object(
         'account_no', m.number, 'card_no', m.card_no, 'account_type', m.type_raw, 'remark', m.remark, 'branch', m.branch, 'branch_code', m.branch_code,
         'cnaps', m.cnaps, 'opened_on', m.opened_on, 'closed_on', m.closed_on, 'available', m.available,
         'currency_amount', CASE WHEN m.is_foreign THEN m.balance END, 'cash_kinds', m.cash_kinds, 'linked_account', m.linked_account,
         'sub_accounts', p.parts, 'sub_account_types', p.types, 'joint', m.joint, 'co_owners', q.co_owners,
         'bank_rights', list_filter(q.kinds, lambda kind: kind <> 'co_owner'),
         'farm_subsidy', m.farm_subsidy, 'escrow_project', m.escrow_project, 'match_basis', m.match_basis,
         'number_unusable', CASE WHEN m.unusable THEN true END, 'parent_missing', CASE WHEN m.parent_missing THEN true END)) AS detail,
       m.replied_at AS updated_at, m.data_as_of, m.business_date, m.file, m.file_sha256, m.row_no
FROM account_main m
LEFT JOIN account_part p ON p.source = m.source AND p.asset_key = m.asset_key
LEFT JOIN rights q ON q.source = m.source AND q.asset_key = m.asset_key;

-- Products: priced per unit in yuan. A pledged one is burdened by an amount nobody delivers.
INSERT INTO asset_record BY NAME
SELECT p.source, m.asset_key || '/' || p.product_no AS asset_key, m.number AS record_id, 'products' AS table_name, 'financial_product' AS kind,
       p.source || ':' || m.number || ':' || coalesce(nullif(upper(trim(p.product_code)), ''), p.product_no::VARCHAR) AS identifier,
       bank_name(p.source) || ' ' || p.product_name AS title, m.branch AS location,
       coalesce(p.total, CAST(p.quantity * p.price AS DECIMAL(18, 2))) AS gross_value,
       CASE WHEN p.total IS NOT NULL THEN 'balance' WHEN p.quantity * p.price IS NOT NULL THEN 'estimate' ELSE 'unknown' END AS value_basis,
       'CNY' AS currency, m.status, coalesce(m.status <> 'closed', true) AS is_current, '账户名称' AS register_basis,
       [m.type_raw, m.remark, m.holder_name] AS type_text,
       json_facts(json_object('account_no', m.number, 'product_name', p.product_name, 'product_type', p.product_type, 'product_code', p.product_code,
         'channel', p.channel, 'manager', p.manager, 'custodian', p.custodian, 'beneficiary', p.beneficiary, 'tradable', p.tradable,
         'restriction', p.restriction, 'restriction_to', p.restriction_to, 'pledgee', p.pledgee, 'unit', p.unit, 'quantity', p.quantity,
         'controllable', p.controllable, 'price', p.price, 'match_basis', m.match_basis)) AS detail,
       m.replied_at AS updated_at, p._data_as_of AS data_as_of,
       p._business_date AS business_date, p._file AS file, p._file_sha256 AS file_sha256, p._row_no AS row_no
FROM bank_product p JOIN account_main m ON m.source = p.source AND m.inquiry_no = p.inquiry_no AND m.account_key = p.account_key;

INSERT INTO encumbrance_record BY NAME
SELECT q.source, m.asset_key, CASE q.right_kind WHEN 'pledge' THEN 'pledge' ELSE 'other' END AS kind, q.right_holder AS holder, q.amount,
       'active' AS status, q.business_date, q.file, q.file_sha256, 'rights' AS table_name, q.row_no
FROM bank_right q JOIN account_main m ON m.source = q.source AND m.inquiry_no = q.inquiry_no AND m.account_key = q.account_key AND m.turn = 1
WHERE q.right_kind <> 'co_owner'
UNION ALL BY NAME
SELECT p.source, m.asset_key || '/' || p.product_no AS asset_key, 'pledge' AS kind, p.pledgee AS holder, NULL::DECIMAL(18, 2) AS amount,
       'active' AS status, p._business_date AS business_date, p._file AS file, p._file_sha256 AS file_sha256, 'products' AS table_name, p._row_no AS row_no
FROM bank_product p JOIN account_main m ON m.source = p.source AND m.inquiry_no = p.inquiry_no AND m.account_key = p.account_key AND m.turn = 1
WHERE p.pledgee IS NOT NULL;

-- Freezes stand once per account, however many inquiries tell of it. A waiting freeze has an order and no dates.
INSERT INTO seizure_record BY NAME
WITH typed AS (
  SELECT *, coalesce(kind, CASE WHEN wait_order IS NOT NULL AND to_date IS NULL THEN 'waiting_freeze' ELSE 'freeze' END) AS seizure_type FROM bank_freeze)
SELECT f.source, m.asset_key, f.measure_no AS seizure_key, f.seizure_type, f.authority, f.document AS doc_no, seizure_case(NULL, f.document) AS case_no,
       f.amount, f.wait_order::INTEGER AS order_no, CASE WHEN f.seizure_type <> 'waiting_freeze' THEN f.from_date END AS start_date,
       CASE WHEN f.seizure_type <> 'waiting_freeze' THEN f.to_date END AS end_date,
       f.business_date, f.file, f.file_sha256, 'measures' AS table_name, f.row_no
FROM typed f JOIN account_main m ON m.source = f.source AND m.inquiry_no = f.inquiry_no AND m.account_key = f.account_key AND m.turn = 1;

-- Everything that banks told stands in the words of all sources now.
DROP TABLE bank_account; DROP TABLE bank_sub; DROP TABLE bank_product; DROP TABLE bank_freeze; DROP TABLE bank_right;
