-- What a debtor may be called and numbered in a register: `household_person`, `debtor_base`, `led_entity`, `debtor_identity`.
-- Reads debtor_party, household__persons, enterprises__base, enterprises__branches and `asked`.
-- Never a spouse, relative or shareholder: only the obligor's own names and numbers, its branches and its sole proprietorships.

CREATE OR REPLACE TEMP TABLE shown_party AS
SELECT * FROM debtor_party WHERE debtor_id IN (SELECT debtor_id FROM debtor_party WHERE shown);

CREATE OR REPLACE TEMP TABLE court_name AS
SELECT debtor_id, name_key(name) AS name_key, arg_max(name, (is_root, filed_on, case_key)) AS name, bool_or(is_current) AS is_current
FROM (SELECT debtor_id, name, is_root, filed_on, case_key, true AS is_current FROM shown_party
      UNION ALL
      SELECT debtor_id, unnest(former_names), is_root, filed_on, case_key, false FROM shown_party)
WHERE name IS NOT NULL GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE court_number AS
SELECT debtor_id, id_number, arg_max(id_type, (is_current, is_root, filed_on, case_key)) AS id_type, bool_or(is_current) AS is_current
FROM (SELECT debtor_id, id_number, id_type, is_root, filed_on, case_key, is_root AS is_current FROM shown_party
      UNION ALL
      SELECT debtor_id, n, id_kind(n), is_root, filed_on, case_key, false FROM (SELECT *, unnest(former_numbers) AS n FROM shown_party))
WHERE id_number IS NOT NULL GROUP BY debtor_id, id_number;

-- The person of the population register that the debtor is: the number agrees (today's or a former one) and so does a name,
-- whatever 命中方式 says; a hit by name alone is nobody. Grain: debtor, from the newest batch that answered found or none.
CREATE OR REPLACE TABLE household_person AS
WITH reply AS (
  SELECT a.debtor_id, a.batch, a.business_date AS asked_on, p.result, coalesce(p.match_basis, 'unknown') AS match_basis,
         display_name(p.name) AS name, name_key(p.name) AS name_key, p.id_type, id_normal(p.id_type, p.id_number) AS id_number,
         list_filter(list_transform(coalesce(p.former_names, []), lambda n: display_name(n)), lambda n: n IS NOT NULL) AS former_names,
         list_filter(list_transform(coalesce(p.former_id_numbers, []), lambda n: id_normal(NULL, n)), lambda n: n IS NOT NULL) AS former_numbers,
         list_transform(coalesce(p.former_names, []), lambda n: name_key(n)) AS former_keys,
         p.sex, p.birth_date, p.address, p.status, p.status_on, p.replied_at,
         p._business_date AS business_date, p._file AS file, p._file_sha256 AS file_sha256, p._row_no AS row_no
  FROM household__persons p JOIN asked a ON a.inquiry_no = p.inquiry_no),
same_name AS (SELECT DISTINCT r.debtor_id, r.name_key, r.former_keys FROM reply r JOIN court_name c ON c.debtor_id = r.debtor_id
              WHERE names_alike(c.name_key, r.name_key) OR list_contains(r.former_keys, c.name_key)),
same_number AS (SELECT DISTINCT r.debtor_id, r.id_number, r.former_numbers FROM reply r JOIN court_number c ON c.debtor_id = r.debtor_id
                WHERE c.id_number = r.id_number OR list_contains(r.former_numbers, c.id_number)),
hit AS (
  SELECT r.*, r.result IN ('found', 'partial') AND r.match_basis <> 'name_only' AND n.debtor_id IS NOT NULL AND i.debtor_id IS NOT NULL AS is_debtor
  FROM reply r
  LEFT JOIN same_name n ON n.debtor_id = r.debtor_id AND n.name_key = r.name_key AND n.former_keys = r.former_keys
  LEFT JOIN same_number i ON i.debtor_id = r.debtor_id AND i.id_number IS NOT DISTINCT FROM r.id_number AND i.former_numbers = r.former_numbers),
answered AS (
  SELECT *, dense_rank() OVER (PARTITION BY debtor_id ORDER BY asked_on DESC, batch DESC) AS age FROM hit WHERE is_debtor OR result = 'none')
SELECT debtor_id, arg_max(name, (replied_at, row_no)) AS name, arg_max(id_type, (replied_at, row_no)) AS id_type,
       arg_max(id_number, (replied_at, row_no)) AS id_number,
       list_sort(list_distinct(flatten(list(former_names)))) AS former_names,
       list_sort(list_distinct(flatten(list(former_numbers)))) AS former_numbers,
       arg_max(sex, (replied_at, row_no)) AS sex, arg_max(birth_date, (replied_at, row_no)) AS birth_date,
       arg_max(address, (replied_at, row_no)) AS address, arg_max(status, (replied_at, row_no)) AS status,
       arg_max(status_on, (replied_at, row_no)) AS status_on, max(replied_at) AS replied_at
FROM answered WHERE age = 1 AND is_debtor GROUP BY debtor_id;

-- The register entry that a debtor firm is: credit code and name agree; or the older number and the same name.
CREATE OR REPLACE TEMP TABLE own_entry AS
WITH entry AS (
  SELECT entity_id, display_name(name) AS name, name_key(name) AS name_key, id_normal('uscc', uscc) AS uscc, id_normal('reg_no', reg_no) AS reg_no,
         list_filter(list_transform(coalesce(former_names, []), lambda n: display_name(n)), lambda n: n IS NOT NULL) AS former_names, updated_at
  FROM enterprises__base),
numbered AS (
  SELECT entity_id, uscc AS number, 'uscc' AS by FROM entry WHERE uscc IS NOT NULL
  UNION ALL SELECT entity_id, uscc_org_code(uscc), 'org_code' FROM entry WHERE uscc IS NOT NULL
  UNION ALL SELECT entity_id, reg_no, 'reg_no' FROM entry WHERE reg_no IS NOT NULL)
SELECT DISTINCT c.debtor_id, e.*
FROM court_number c
JOIN shown_party p ON p.debtor_id = c.debtor_id AND p.party_type = 'organization'
JOIN numbered n ON n.number = c.id_number
JOIN entry e ON e.entity_id = n.entity_id
JOIN court_name m ON m.debtor_id = c.debtor_id
WHERE m.name_key = e.name_key OR list_contains(list_transform(e.former_names, lambda f: name_key(f)), m.name_key)
   OR n.by = 'uscc' AND names_alike(m.name_key, e.name_key);

CREATE OR REPLACE TEMP TABLE known_name AS
WITH every AS (
  SELECT debtor_id, name, name_key, CASE WHEN is_current THEN 1 ELSE 3 END AS rank, 'court_cases' AS basis FROM court_name
  UNION ALL SELECT debtor_id, name, name_key(name), 2, 'household' FROM household_person WHERE name IS NOT NULL
  UNION ALL SELECT debtor_id, f, name_key(f), 4, 'household' FROM (SELECT debtor_id, unnest(former_names) AS f FROM household_person)
  UNION ALL SELECT debtor_id, name, name_key, 2, 'enterprises' FROM own_entry
  UNION ALL SELECT debtor_id, f, name_key(f), 4, 'enterprises' FROM (SELECT debtor_id, unnest(former_names) AS f FROM own_entry))
SELECT debtor_id, name_key, arg_min(name, (rank, name)) AS name, arg_min(basis, (rank, name)) AS basis, min(rank) AS rank
FROM every WHERE name_key IS NOT NULL GROUP BY debtor_id, name_key
QUALIFY row_number() OVER (PARTITION BY debtor_id ORDER BY min(rank), name_key) <= 8;

CREATE OR REPLACE TEMP TABLE known_number AS
WITH every AS (
  SELECT debtor_id, id_number, id_type, CASE WHEN is_current THEN 1 ELSE 3 END AS rank, 'court_cases' AS basis FROM court_number
  UNION ALL SELECT debtor_id, id_number, id_type, 2, 'household' FROM household_person
  UNION ALL SELECT debtor_id, n, id_kind(n), 4, 'household' FROM (SELECT debtor_id, unnest(former_numbers) AS n FROM household_person)
  UNION ALL SELECT debtor_id, uscc, 'uscc', 2, 'enterprises' FROM own_entry
  UNION ALL SELECT debtor_id, reg_no, 'reg_no', 4, 'enterprises' FROM own_entry)
SELECT debtor_id, id_number, arg_min(id_type, (rank, id_type)) AS id_type, arg_min(basis, (rank, id_type)) AS basis, min(rank) AS rank
FROM every WHERE id_number IS NOT NULL GROUP BY debtor_id, id_number
QUALIFY row_number() OVER (PARTITION BY debtor_id ORDER BY min(rank), id_number) <= 6;

-- One row per debtor: who it is, without its cases and assets.
CREATE OR REPLACE TABLE debtor_base AS
WITH party AS (
  SELECT debtor_id, arg_max(party_type, (is_root, filed_on, case_key)) AS party_type, arg_max(name, (shown, is_root, filed_on, case_key)) AS name,
         arg_max(birth_date, (is_root, filed_on, case_key)) FILTER (birth_date IS NOT NULL) AS birth_date,
         arg_max(address, (is_root, filed_on, case_key)) FILTER (address IS NOT NULL) AS address,
         arg_max(phone, (is_root, filed_on, case_key)) FILTER (phone IS NOT NULL) AS phone,
         bool_or(number_conflict) AS number_conflict,
         bool_or(shown AND dishonest_from <= getvariable('business_date')::DATE
                 AND coalesce(dishonest_to >= getvariable('business_date')::DATE, true)) AS dishonest,
         bool_or(shown AND consumption_limit_from <= getvariable('business_date')::DATE) AS consumption_limit
  FROM shown_party GROUP BY debtor_id),
number AS (SELECT debtor_id, arg_min(id_number, (rank, id_number)) AS id_number, arg_min(id_type, (rank, id_number)) AS id_type FROM known_number
           WHERE rank <= 2 GROUP BY debtor_id),
-- the register's number of today goes before the one the court keyed, if it keyed a former one
today AS (SELECT n.debtor_id, coalesce(CASE WHEN list_contains(h.former_numbers, n.id_number) THEN h.id_number END, n.id_number) AS id_number,
                 coalesce(CASE WHEN list_contains(h.former_numbers, n.id_number) THEN h.id_type END, n.id_type) AS id_type
          FROM number n LEFT JOIN household_person h ON h.debtor_id = n.debtor_id)
SELECT p.debtor_id, p.party_type, p.name,
       coalesce((SELECT list(k.name ORDER BY k.rank, k.name) FROM known_name k WHERE k.debtor_id = p.debtor_id AND k.name_key <> name_key(p.name)), []) AS former_names,
       t.id_type, t.id_number,
       coalesce((SELECT list(k.id_number ORDER BY k.rank, k.id_number) FROM known_number k
                 WHERE k.debtor_id = p.debtor_id AND k.id_number <> t.id_number AND k.basis <> 'enterprises'), []) AS former_id_numbers,
       CASE WHEN p.party_type = 'person' THEN coalesce(p.birth_date, h.birth_date,
            CASE WHEN resident_id_valid(t.id_number) THEN try_strptime(substr(t.id_number, 7, 8), '%Y%m%d')::DATE END) END AS birth_date,
       CASE WHEN p.party_type = 'person' THEN coalesce(CASE WHEN h.sex IN ('male', 'female') THEN h.sex END,
            CASE WHEN resident_id_valid(t.id_number) THEN CASE WHEN try_cast(substr(t.id_number, 17, 1) AS INTEGER) % 2 = 1 THEN 'male' ELSE 'female' END END) END AS sex,
       CASE WHEN p.party_type = 'person' THEN coalesce(h.status, 'unknown') END AS household_status,
       coalesce(p.address, h.address) AS address, p.phone,
       p.number_conflict, coalesce(p.dishonest, false) AS dishonest, coalesce(p.consumption_limit, false) AS consumption_limit
FROM party p LEFT JOIN today t ON t.debtor_id = p.debtor_id LEFT JOIN household_person h ON h.debtor_id = p.debtor_id;

-- Entities of which the register names a debtor as representative or operator: number and name agree.
CREATE OR REPLACE TABLE led_entity AS
WITH entity AS MATERIALIZED (
  -- nearly every number stands there as it should: those are not taken apart
  SELECT entity_id, entity_kind, name, uscc, reg_no, address, status, legal_rep_name,
         CASE WHEN regexp_full_match(legal_rep_id, '[0-9]{17}[0-9X]') THEN legal_rep_id
              ELSE id_normal(legal_rep_id_type, legal_rep_id) END AS led_by
  FROM enterprises__base WHERE legal_rep_id IS NOT NULL)
SELECT DISTINCT b.debtor_id, e.entity_id, e.entity_kind, e.name, e.uscc, e.reg_no, e.address, e.status
FROM entity e
JOIN known_number k ON k.id_number = e.led_by AND id_strong(k.id_number)
JOIN debtor_base b ON b.debtor_id = k.debtor_id AND b.party_type = 'person'
JOIN known_name n ON n.debtor_id = b.debtor_id AND names_alike(n.name_key, name_key(e.legal_rep_name));

CREATE OR REPLACE TABLE debtor_identity AS
WITH direct AS (
  SELECT b.debtor_id, n.name, k.id_type, k.id_number, b.birth_date, b.sex, b.address, b.phone, b.party_type, 'direct' AS reach,
         CASE WHEN coalesce(k.rank, 0) > n.rank THEN k.basis ELSE n.basis END AS basis, 1 AS reach_order, n.rank AS name_rank, k.rank AS number_rank
  FROM debtor_base b JOIN known_name n ON n.debtor_id = b.debtor_id LEFT JOIN known_number k ON k.debtor_id = b.debtor_id),
-- A parent's debt reaches the property of its branches: the parent's code and name stand in the branch's own entry.
branch AS (
  SELECT DISTINCT b.debtor_id, display_name(e.name) AS name, 'uscc' AS id_type, id_normal('uscc', e.uscc) AS id_number,
         NULL::DATE AS birth_date, NULL::VARCHAR AS sex, NULL::VARCHAR AS address, NULL::VARCHAR AS phone, 'organization' AS party_type,
         'branch' AS reach, 'enterprises' AS basis, 2 AS reach_order, 1 AS name_rank, 1 AS number_rank
  FROM enterprises__branches e
  JOIN known_number k ON k.id_number = id_normal('uscc', e.parent_uscc) AND id_strong(k.id_number)
  JOIN debtor_base b ON b.debtor_id = k.debtor_id AND b.party_type = 'organization'
  JOIN known_name n ON n.debtor_id = b.debtor_id AND names_alike(n.name_key, name_key(e.parent_name))
  WHERE e.uscc IS NOT NULL),
-- The operator of a sole proprietorship answers with its property, and it with his (变更追加规定 Art. 13).
proprietorship AS (
  SELECT DISTINCT debtor_id, display_name(name) AS name, CASE WHEN uscc IS NOT NULL THEN 'uscc' ELSE 'reg_no' END AS id_type,
         coalesce(id_normal('uscc', uscc), id_normal('reg_no', reg_no)) AS id_number,
         NULL::DATE, NULL::VARCHAR, address, NULL::VARCHAR, 'organization', 'sole_proprietor', 'enterprises', 3, 1, 1
  FROM led_entity WHERE entity_kind = 'sole_proprietor' AND (uscc IS NOT NULL OR reg_no IS NOT NULL))
SELECT debtor_id,
       row_number() OVER (PARTITION BY debtor_id ORDER BY reach_order, number_rank NULLS LAST, name_rank, id_number, name)::INTEGER AS variant,
       name, id_type, id_number, birth_date, sex, address, phone, party_type, reach, basis
FROM (SELECT * FROM direct UNION ALL SELECT * FROM branch UNION ALL SELECT * FROM proprietorship)
WHERE reach = 'direct' OR id_number IS NOT NULL;
