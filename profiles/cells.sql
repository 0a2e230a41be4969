-- Cells, units, keys and numbers of cases, in our words. Used by the mappings and the steps after them.

-- Names and numbers that share one cell. One part per owner where as many numbers as names stand there; otherwise every
-- name with every number and each name alone, because nobody says which belongs to whom. Several numbers under one name
-- are two numbers of that one person (15 and 18 digits in one cell).
-- Separators: 、 ; / , and, between numbers of at least 15 characters, a blank; between names a blank only then.
CREATE OR REPLACE TEMP MACRO cell_pieces(s) AS
    list_filter(list_transform(regexp_split_to_array(s, '[、;；/,，]+'), lambda piece: trim(piece)), lambda piece: piece <> '');
CREATE OR REPLACE TEMP MACRO cell_ids(s) AS
    CASE WHEN s IS NULL THEN []
         WHEN regexp_full_match(trim(s), '\S{15,}(\s+\S{15,})+') THEN regexp_split_to_array(trim(s), '\s+')
         ELSE cell_pieces(s) END;
CREATE OR REPLACE TEMP MACRO cell_names(s, ids) AS
    CASE WHEN s IS NULL THEN []
         WHEN ids > 1 AND len(cell_pieces(s)) = 1 AND len(regexp_split_to_array(trim(s), '[\s　]+')) = ids
         THEN regexp_split_to_array(trim(s), '[\s　]+')
         ELSE cell_pieces(s) END;
CREATE OR REPLACE TEMP MACRO cell_pairs(names, ids) AS
    CASE WHEN len(names) <= 1 AND len(ids) <= 1 THEN [{'name': names[1], 'id_number': ids[1], 'shared': false}]
         WHEN len(names) <= 1 THEN list_transform(ids, lambda one: {'name': names[1], 'id_number': one, 'shared': false})
         WHEN len(names) = len(ids) THEN
              list_transform(list_zip(names, ids), lambda pair: {'name': pair[1], 'id_number': pair[2], 'shared': true})
         ELSE flatten(list_transform(names, lambda one:
              list_transform(list_append(ids, NULL::VARCHAR), lambda number: {'name': one, 'id_number': number, 'shared': true}))) END;
CREATE OR REPLACE TEMP MACRO cell_parties(name, id_number) AS
    cell_pairs(cell_names(name, len(cell_ids(id_number))), cell_ids(id_number));

-- Person or organization. `kind` is id_kind of the number: the form of a valid (`strong`) one says more than a code keyed beside it.
CREATE OR REPLACE TEMP MACRO party_type_by(party_kind, id_type, kind, strong, name) AS
    CASE WHEN strong AND kind = 'uscc' THEN 'organization'
         WHEN party_kind = 'person' THEN 'person'
         WHEN party_kind <> 'other' THEN 'organization'
         WHEN strong THEN 'person'
         WHEN id_type IN ('uscc', 'org_code', 'reg_no') THEN 'organization'
         WHEN id_type IS NOT NULL AND id_type <> 'other' THEN 'person'
         WHEN kind IN ('uscc', 'org_code', 'reg_no') THEN 'organization'
         WHEN kind IS NOT NULL THEN 'person'
         WHEN length(name) > 4 AND regexp_matches(name, '(公司|厂|店|行|社|中心|部|所|院|校|局|会|站|场|矿|集团|企业|）)$') THEN 'organization'
         WHEN length(name) BETWEEN 2 AND 4 THEN 'person' END;

-- The identifier's type: what the column says, unless a valid number is plainly of another kind. Both macros name their numbers' kind
-- often: it is computed before, or every mention of it is planned anew.
CREATE OR REPLACE TEMP MACRO id_type_by(id_type, kind, strong) AS
    CASE WHEN strong THEN kind
         WHEN id_type IS NULL THEN CASE kind WHEN 'resident_id_15' THEN 'resident_id' ELSE kind END
         ELSE id_type END;

-- 万元 as delivered -> yuan.
CREATE OR REPLACE TEMP MACRO wan_yuan(x) AS CAST(x * 10000 AS DECIMAL(18, 2));

-- Square metres from an area in its own unit; null where the unit is unknown.
CREATE OR REPLACE TEMP MACRO area_m2(x, unit) AS
    round(CASE unit WHEN 'm2' THEN x WHEN 'mu' THEN CAST(x AS DOUBLE) * 2000 / 3 WHEN 'ha' THEN CAST(x AS DOUBLE) * 10000 WHEN 'km2' THEN CAST(x AS DOUBLE) * 1000000 END, 2);

-- An object without its null members.
CREATE OR REPLACE TEMP MACRO json_facts(object) AS json_merge_patch('{}', object);

-- Case number of a seizure: as delivered, else what stands before 之一 in the number of its document.
CREATE OR REPLACE TEMP MACRO seizure_case(case_no, document) AS
    coalesce(case_no_normal(case_no), regexp_extract(case_no_normal(document), '^(（[0-9]{4}）\p{Han}{1,2}[0-9]{2,4}[执破民刑行]\p{Han}{0,2}[0-9]+号)', 1));

-- A certificate as a key; placeholders such as 无 are none.
CREATE OR REPLACE TEMP MACRO cert_key(s) AS CASE WHEN length(cert_normal(s)) >= 5 THEN 'cert:' || cert_normal(s) END;

-- A place as a key: width, blanks and punctuation aside.
CREATE OR REPLACE TEMP MACRO place_key(s) AS nullif(regexp_replace(upper(half_width(text_clean(s))), '[^0-9A-Z\p{Han}]', '', 'g'), '');

-- A project code as a key.
CREATE OR REPLACE TEMP MACRO project_key(s) AS nullif(regexp_replace(upper(half_width(text_clean(s))), '[\s\p{Z}]', '', 'g'), '');

-- What a bank is called.
CREATE OR REPLACE TEMP MACRO bank_name(source) AS
  CASE source WHEN 'bank_boc' THEN '中国银行' WHEN 'bank_abc' THEN '农业银行' WHEN 'bank_ccb' THEN '建设银行' WHEN 'bank_icbc' THEN '工商银行'
              WHEN 'bank_sdrcb' THEN '山东农商银行' WHEN 'bank_psbc' THEN '邮储银行' END;
