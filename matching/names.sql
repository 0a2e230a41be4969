-- Names against each other, once per distinct pair of fields. Reads candidate, both parties and both name forms; makes name_pair and name_settled.

CREATE OR REPLACE TEMP TABLE name_pair AS
SELECT row_number() OVER ()::INTEGER AS pair, * FROM (
  SELECT DISTINCT l.name_id AS l_id, l.former_id AS l_former, l.is_org AS l_org, r.name_id AS r_id, r.former_id AS r_former, r.is_org AS r_org
  FROM candidate c JOIN left_party l ON l.row = c.lrow JOIN right_party r ON r.row = c.rrow);

CREATE OR REPLACE TEMP MACRO starts_long(longer, shorter, least_length) AS length(shorter) >= least_length AND length(longer) > length(shorter) AND starts_with(longer, shorter);
CREATE OR REPLACE TEMP MACRO gaps_fit(gaps, folded) AS coalesce(like_escape(folded, gap_pattern(gaps), '\'), false);
CREATE OR REPLACE TEMP MACRO gap_level(gaps) AS CASE WHEN contains(gaps, '*') THEN 'masked' ELSE 'lost' END;

-- Everything but the edit distance, in order of strength. NULL = left for the distance to say. Nearly all pairs are alike to the letter:
-- they are settled by the first line, and the macros of the second part see only the rest.
CREATE OR REPLACE TEMP TABLE name_settled AS
WITH spelt AS MATERIALIZED (
  SELECT p.pair, p.l_org, p.r_org, l.key AS l_key, r.key AS r_key, lf.key AS lf_key, rf.key AS rf_key,
         l.folded AS l_folded, r.folded AS r_folded, lf.folded AS lf_folded, rf.folded AS rf_folded,
         coalesce(l.gaps, CASE WHEN regexp_matches(l.folded, '[?*]') THEN l.folded END) AS l_gaps,
         coalesce(r.gaps, CASE WHEN regexp_matches(r.folded, '[?*]') THEN r.folded END) AS r_gaps,
         l.parts AS l_parts, r.parts AS r_parts, l.core AS l_core, r.core AS r_core, l.head AS l_head, r.head AS r_head, l.head_core AS l_head_core, r.head_core AS r_head_core,
         l.key = r.key AND l.gaps IS NULL AND r.gaps IS NULL AND NOT regexp_matches(l.key, '[?*]') AS same
  FROM name_pair p
  LEFT JOIN left_form l ON l.name_id = p.l_id LEFT JOIN left_form lf ON lf.name_id = p.l_former
  LEFT JOIN right_form r ON r.name_id = p.r_id LEFT JOIN right_form rf ON rf.name_id = p.r_former)
SELECT pair, l_org OR r_org AS org, l_folded, r_folded, false AS same_letters, 1.0 AS visible, 'exact' AS level FROM spelt WHERE same
UNION ALL
SELECT pair, l_org OR r_org, l_folded, r_folded,
  array_to_string(list_sort(string_split(l_folded, '')), '') = array_to_string(list_sort(string_split(r_folded, '')), ''),
  -- how much of the name can be seen: the rarity of a name counts as far
  CASE WHEN l_gaps IS NULL AND r_gaps IS NULL THEN 1.0
       ELSE round(length(regexp_replace(coalesce(r_gaps, l_gaps), '[?*]', '', 'g')) / greatest(length(l_folded), length(r_folded), 1), 2) END,
  CASE
    WHEN l_key IS NULL OR r_key IS NULL OR coalesce(length(regexp_replace(least(l_gaps, r_gaps), '[?*]', '', 'g')) = 0, false) THEN 'missing'
    WHEN l_gaps IS NULL AND r_gaps IS NULL THEN
      CASE WHEN l_key = rf_key OR lf_key = r_key THEN 'former'
           WHEN l_folded = r_folded OR l_folded = rf_folded OR lf_folded = r_folded THEN 'variant'
           WHEN look_alikes_folded(l_folded) = look_alikes_folded(r_folded) THEN 'look_alike'
           WHEN list_contains(r_parts, l_folded) OR list_contains(l_parts, r_folded) THEN 'part'
           WHEN l_org <> r_org AND least(length(l_folded), length(r_folded)) BETWEEN 2 AND 4 AND (contains(l_folded, r_folded) OR contains(r_folded, l_folded)) THEN 'part'
           WHEN l_org AND r_org AND r_head = l_folded THEN 'branch'
           WHEN l_org AND r_org AND r_head_core = l_core THEN 'branch_form'
           WHEN l_org AND r_org AND (l_head = r_folded OR l_head_core = r_core) THEN 'head_office'
           WHEN l_org AND r_org AND l_core = r_core THEN 'org_form'
           WHEN starts_long(l_folded, r_folded, CASE WHEN l_org OR r_org THEN 5 ELSE 4 END) OR starts_long(r_folded, l_folded, CASE WHEN l_org OR r_org THEN 5 ELSE 4 END) THEN 'truncated'
           WHEN l_org AND r_org AND least(length(l_folded), length(r_folded)) >= 6 AND abs(length(l_folded) - length(r_folded)) <= 8
                AND (ends_with(l_folded, r_folded) OR ends_with(r_folded, l_folded)) THEN 'org_form'
           WHEN regexp_matches(l_folded, '\p{Han}') <> regexp_matches(r_folded, '\p{Han}') THEN 'missing' END
    WHEN (r_gaps IS NULL OR l_gaps IS NULL) AND (gaps_fit(r_gaps, l_folded) OR gaps_fit(l_gaps, r_folded) OR gaps_fit(r_gaps, lf_folded) OR gaps_fit(l_gaps, rf_folded))
         THEN gap_level(coalesce(r_gaps, l_gaps))
    -- the same gap on both sides: nothing visible differs
    WHEN l_gaps = r_gaps THEN gap_level(l_gaps) END
FROM spelt WHERE same IS NOT TRUE;
