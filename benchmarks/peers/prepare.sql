-- What an expert does to Chinese party rows before any linkage: upper case, no blanks, 15 digits to 18, no placeholders,
-- the birth date out of the number where there is one. NFKC is done before, in Arrow. For peers and baselines only.
CREATE OR REPLACE MACRO plain(t) AS nullif(regexp_replace(upper(t), '[\s''‘’-]', '', 'g'), '');
CREATE OR REPLACE MACRO check_11_2(d) AS substr('10X98765432', CAST(list_sum(list_transform(
    range(1, 18), lambda i: try_cast(substr(d, i, 1) AS INTEGER) * [7,9,10,5,8,4,2,1,6,3,7,9,10,5,8,4,2][i])) % 11 + 1 AS INTEGER), 1);
CREATE OR REPLACE MACRO upgraded(n) AS CASE WHEN regexp_full_match(n, '\d{15}')
    AND try_strptime('19' || substr(n, 7, 6), '%Y%m%d') IS NOT NULL
    THEN substr(n, 1, 6) || '19' || substr(n, 7) || check_11_2(substr(n, 1, 6) || '19' || substr(n, 7)) ELSE n END;
-- No number: a placeholder (no digit, one letter repeated, zeros from the seventh digit on, a run of digits), masked digits,
-- a spreadsheet's exponent.
CREATE OR REPLACE MACRO real_number(n) AS CASE WHEN length(n) < 7 OR length(replace(n, substr(n, 1, 1), '')) = 0
    OR regexp_matches(substr(n, 7), '^0+$') OR n LIKE '12345678901234567%' OR NOT regexp_matches(n, '[0-9]')
    OR regexp_matches(n, '[*+]') THEN NULL ELSE n END;
CREATE OR REPLACE MACRO number_birth(n) AS CASE WHEN regexp_full_match(n, '\d{17}[\dX]')
    THEN CAST(try_strptime(substr(n, 7, 8), '%Y%m%d') AS DATE) END;
CREATE OR REPLACE MACRO real_birth(t) AS CASE WHEN t <> '1900-01-01' THEN try_cast(t AS DATE) END;
-- The place itself: no province, city or district, one way to write a flat, no street before a compound.
CREATE OR REPLACE MACRO place(t) AS nullif(regexp_replace(regexp_replace(regexp_replace(regexp_replace(plain(t),
    '^(山东省?)?(枣庄市?)?(山亭区?)?', ''), '号楼|单元', '', 'g'), '[号户室]', '', 'g'), '^.*[路街]([^0-9道])', '\1'), '');
CREATE OR REPLACE MACRO telephone(t) AS nullif(right(regexp_replace(t, '[^0-9]', '', 'g'), 11), '');
-- A cell with two numbers: the first, and the second.
CREATE OR REPLACE MACRO first_number(n) AS CASE WHEN regexp_full_match(n, '\d{17}[\dX].?\d{17}[\dX]') THEN left(n, 18) ELSE n END;
CREATE OR REPLACE MACRO second_number(n) AS CASE WHEN regexp_full_match(n, '\d{17}[\dX].?\d{17}[\dX]') THEN right(n, 18) END;
CREATE OR REPLACE MACRO number_kind(n) AS CASE WHEN regexp_full_match(n, '[0-8]\d{16}[\dX]') THEN 'resident'
    WHEN regexp_full_match(n, '9[0-9A-Z]{17}') THEN 'uscc' WHEN length(n) = 9 THEN 'org'
    WHEN length(n) BETWEEN 16 AND 20 THEN 'resident' WHEN n IS NOT NULL THEN 'other' END;
-- A firm's name without where it is, its form and what stands in brackets; a person's name as it is.
CREATE OR REPLACE MACRO core(t, party) AS CASE WHEN party = 'organization' THEN
    nullif(regexp_replace(regexp_replace(regexp_replace(t, '\(.*', ''), '^(山东省?)?(枣庄市?)?(山亭区?)?(滕州市?)?(薛城区?)?', ''),
        '(股份有限公司|有限责任公司|有限公司|公司|合伙企业|专业合作社).*$', ''), '') ELSE t END;
-- Whether the number proves itself: check character and a date. Codes and passports count as valid by their form.
CREATE OR REPLACE MACRO number_valid(n) AS CASE number_kind(n)
    WHEN 'resident' THEN regexp_full_match(n, '\d{17}[\dX]') AND number_birth(n) IS NOT NULL AND check_11_2(n) = right(n, 1)
    ELSE n IS NOT NULL END;
