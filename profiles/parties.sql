-- The owners that a cell names, one row each: split, kinds settled, shares read. party_cell -> party.

-- A fraction, percentage or decimal as delivered; null where it is none of them or not within (0, 1].
CREATE OR REPLACE TEMP MACRO share_within(x) AS CASE WHEN x > 0 AND x <= 1 THEN x END;
CREATE OR REPLACE TEMP MACRO share_of(s) AS
    share_within(CASE
        WHEN regexp_full_match(trim(s), '\d+/\d+')
        THEN try_cast(split_part(trim(s), '/', 1) AS DOUBLE) / nullif(try_cast(split_part(trim(s), '/', 2) AS DOUBLE), 0)
        WHEN regexp_full_match(trim(s), '[\d.]+[%％]') THEN try_cast(regexp_extract(s, '[\d.]+') AS DOUBLE) / 100
        ELSE try_cast(trim(s) AS DOUBLE) END);

INSERT INTO party BY NAME
WITH cell AS (
    SELECT * EXCLUDE (id_number, id_number_15),
           CASE WHEN id_number_15 IS NOT NULL AND id_normal(id_type, id_number) IS NULL THEN id_number_15 ELSE id_number END AS id_number
    FROM party_cell),
-- nearly every cell names one owner: those rows take no list
one AS (
    SELECT *, 1 AS part, false AS shared_cell FROM cell
    WHERE NOT coalesce(regexp_matches(name, '[、;；/,，]'), false)
      AND NOT coalesce(regexp_matches(id_number, '[、;；/,，]|\S{15}\s+\S{15}'), false)),
several AS (
    SELECT * EXCLUDE (p, name, id_number), p.name AS name, p.id_number AS id_number, p.shared AS shared_cell
    FROM (SELECT *, unnest(parts) AS p, generate_subscripts(parts, 1) AS part
          FROM (SELECT *, cell_pairs(cell_names(name, len(cell_ids(id_number))), cell_ids(id_number)) AS parts
                FROM cell ANTI JOIN one USING (source, table_name, record_id, role)))),
known AS (
    SELECT *, id_kind(id_number) AS kind, coalesce(id_strong(id_clean(id_number)), false) AS strong
    FROM (SELECT * FROM one UNION ALL BY NAME SELECT * EXCLUDE (parts) FROM several))
SELECT source, table_name, record_id, coalesce(part_from, 0) + part AS part, asset_key, role,
       party_type_by(party_kind, id_type, kind, strong, name) AS party_type,
       name,
       id_type_by(id_type, kind, strong) AS id_type,
       id_number, address, phone, co_ownership, share_of(share) AS share, shared_cell, only_debtor_id, match_basis,
       business_date, file, file_sha256, row_no
FROM known;

-- The widest of the staging tables, and read no more.
DROP TABLE party_cell;
