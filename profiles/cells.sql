-- What stands in a delivered cell, in our words: several people in one cell, shares, kinds of parties, amounts and areas.

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
    CASE WHEN NOT coalesce(regexp_matches(name, '[、;；/,，]'), false)
          AND NOT coalesce(regexp_matches(id_number, '[、;；/,，]|\S{15}\s+\S{15}'), false)
         THEN [{'name': name, 'id_number': id_number, 'shared': false}]
         ELSE cell_pairs(cell_names(name, len(cell_ids(id_number))), cell_ids(id_number)) END;

-- A fraction, percentage or decimal as delivered; null where it is none of them or not within (0, 1].
CREATE OR REPLACE TEMP MACRO share_within(x) AS CASE WHEN x > 0 AND x <= 1 THEN x END;
CREATE OR REPLACE TEMP MACRO share_of(s) AS
    share_within(CASE
        WHEN regexp_full_match(trim(s), '\d+/\d+')
        THEN try_cast(split_part(trim(s), '/', 1) AS DOUBLE) / nullif(try_cast(split_part(trim(s), '/', 2) AS DOUBLE), 0)
        WHEN regexp_full_match(trim(s), '[\d.]+[%％]') THEN try_cast(regexp_extract(s, '[\d.]+') AS DOUBLE) / 100
        ELSE try_cast(trim(s) AS DOUBLE) END);

-- Person or organization. The form of a valid number says more than a code keyed beside it.
CREATE OR REPLACE TEMP MACRO party_type_of(party_kind, id_type, id_number, name) AS
    CASE WHEN regexp_full_match(id_number, '[0-9A-Z]{18}') AND uscc_valid(id_number) AND NOT resident_id_valid(id_number) THEN 'organization'
         WHEN party_kind = 'person' THEN 'person'
         WHEN party_kind IS NOT NULL AND party_kind <> 'other' THEN 'organization'
         WHEN id_type IN ('uscc', 'org_code', 'reg_no') THEN 'organization'
         WHEN id_type IN ('resident_id', 'hmt_residence', 'foreign_residence', 'passport', 'hm_travel', 'tw_travel', 'military', 'household_book')
         THEN 'person'
         WHEN id_kind(id_number) IN ('uscc', 'org_code', 'reg_no') THEN 'organization'
         WHEN id_kind(id_number) IS NOT NULL THEN 'person'
         WHEN regexp_matches(name, '(公司|厂|店|行|社|中心|部|所|院|校|局|会|站|场|矿|集团|合伙）?|企业)$') AND length(name) > 4 THEN 'organization'
         WHEN length(name) BETWEEN 2 AND 4 THEN 'person' END;

-- The identifier's type: what the column says, unless a valid number is plainly of another kind.
CREATE OR REPLACE TEMP MACRO id_type_of(id_type, id_number) AS
    CASE WHEN id_number IS NULL THEN id_type
         WHEN id_type = 'resident_id' AND NOT regexp_matches(id_number, '^(8[123]0000|9)') THEN id_type
         WHEN id_kind(id_number) = 'resident_id_15' THEN coalesce(id_type, 'resident_id')
         WHEN id_type IS NULL OR id_strong(id_clean(id_number)) THEN coalesce(id_kind(id_number), id_type)
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
