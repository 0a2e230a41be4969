-- Names against each other, once per distinct pair of fields. Reads candidate, left_party, right_party.

CREATE OR REPLACE TEMP TABLE name_pair AS
SELECT row_number() OVER () AS pair, * FROM (
  SELECT DISTINCT l.name AS l_name, l.former_name AS l_former, r.name AS r_name, r.former_name AS r_former,
         l.is_org AS l_org, r.is_org AS r_org
  FROM candidate c JOIN left_party l ON l.row = c.lrow JOIN right_party r ON r.row = c.rrow);

CREATE OR REPLACE TEMP TABLE name_shape AS
WITH given AS (SELECT l_name AS name FROM name_pair UNION SELECT l_former FROM name_pair UNION SELECT r_name FROM name_pair UNION SELECT r_former FROM name_pair)
SELECT name, key, folded, parts, look_alikes_folded(folded) AS alike, org_core(folded) AS core,
       coalesce(gaps, CASE WHEN regexp_matches(folded, '[?*]') THEN folded END) AS gaps,
       array_to_string(list_sort(string_split(folded, '')), '') AS letters,
       regexp_matches(folded, '\p{Han}') AS is_han
FROM name_form WHERE name IN (SELECT name FROM given);

-- Everything but the edit distance, in order of strength. NULL = left for the distance to say.
CREATE OR REPLACE TEMP MACRO starts_long(longer, shorter, least_length) AS length(shorter) >= least_length AND length(longer) > length(shorter) AND starts_with(longer, shorter);
CREATE OR REPLACE TEMP MACRO branch_ending(s) AS regexp_matches(s, '(分公司|分店|分厂|分社|分部|分行|支行|营业部|办事处|项目部|经营部|门市部)$');
CREATE OR REPLACE TEMP MACRO gaps_fit(gaps, folded) AS coalesce(like_escape(folded, gap_pattern(gaps), '\'), false);

CREATE OR REPLACE TEMP TABLE name_settled AS
SELECT p.pair, l.folded AS l_folded, r.folded AS r_folded, l.letters = r.letters AS same_letters, l_org OR r_org AS org,
  CASE
    WHEN l.key IS NULL OR r.key IS NULL OR coalesce(length(regexp_replace(least(l.gaps, r.gaps), '[?*]', '', 'g')) = 0, false) THEN 'missing'
    WHEN l.gaps IS NULL AND r.gaps IS NULL THEN
      CASE WHEN l.key = r.key THEN 'exact'
           WHEN l.key = rf.key OR lf.key = r.key THEN 'former'
           WHEN l.folded = r.folded OR l.folded = rf.folded OR lf.folded = r.folded OR l.alike = r.alike THEN 'variant'
           WHEN list_contains(r.parts, l.folded) OR list_contains(l.parts, r.folded) THEN 'part'
           WHEN l_org <> r_org AND least(length(l.folded), length(r.folded)) BETWEEN 2 AND 4 AND (contains(l.folded, r.folded) OR contains(r.folded, l.folded)) THEN 'part'
           WHEN l_org AND r_org AND l.core = r.core THEN 'org_form'
           WHEN starts_long(l.folded, r.folded, CASE WHEN l_org OR r_org THEN 5 ELSE 4 END) THEN CASE WHEN branch_ending(l.folded) THEN 'branch' ELSE 'truncated' END
           WHEN starts_long(r.folded, l.folded, CASE WHEN l_org OR r_org THEN 5 ELSE 4 END) THEN CASE WHEN branch_ending(r.folded) THEN 'branch' ELSE 'truncated' END
           WHEN l_org AND r_org AND least(length(l.folded), length(r.folded)) >= 6 AND abs(length(l.folded) - length(r.folded)) <= 8
                AND (ends_with(l.folded, r.folded) OR ends_with(r.folded, l.folded)) THEN 'org_form'
           WHEN l.is_han <> r.is_han THEN 'missing' END
    WHEN (r.gaps IS NULL OR l.gaps IS NULL) AND (gaps_fit(r.gaps, l.folded) OR gaps_fit(l.gaps, r.folded) OR gaps_fit(r.gaps, lf.folded) OR gaps_fit(l.gaps, rf.folded))
         THEN CASE WHEN contains(coalesce(r.gaps, l.gaps), '*') THEN 'masked' ELSE 'lost' END
    -- the same gap on both sides: nothing visible differs
    WHEN l.gaps = r.gaps THEN CASE WHEN contains(l.gaps, '*') THEN 'masked' ELSE 'lost' END END AS level
FROM name_pair p
LEFT JOIN name_shape l ON l.name = l_name LEFT JOIN name_shape lf ON lf.name = l_former
LEFT JOIN name_shape r ON r.name = r_name LEFT JOIN name_shape rf ON rf.name = r_former;
