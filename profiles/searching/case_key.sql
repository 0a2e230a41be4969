-- A case number as the index keeps it. Its twin is web.search.typed.case_key; a test holds both equal.
CREATE OR REPLACE TEMP MACRO case_key(case_no) AS
  regexp_replace(regexp_replace(regexp_replace(regexp_replace(case_no_normal(case_no), '[（）]', '', 'g'),
    '之[一二三四五六七八九十百]+$', ''), '^([0-9]{4})年', '\1'), '(\p{Han})字?第?0*([1-9][0-9]*)号?$', '\1\2');
