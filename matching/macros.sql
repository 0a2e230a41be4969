-- Forms of a name beyond core's name_key, and of the facts that stand beside it. For comparison only.

-- A person's name as keyed by a station that lacked a character: the note that describes it becomes '?'.
-- 测（左王右莹） -> 测?, 张莹（莹加王旁） -> 张?
CREATE OR REPLACE TEMP MACRO notes_to_gaps(s) AS
  regexp_replace(regexp_replace(regexp_replace(half_width(text_clean(s)),
    '^(\p{Han})[(][^()]*(旁|字头|字底|左|右|上|下|加)[^()]*[)]', '\1?'),
    '\p{Han}[(][^()]*加[^()]*[)]', '?'),
    '[?□〓○〇]?[(][^()]*(旁|字头|字底|左|右|上|下)[^()]*[)]', '?');

-- In a folded key every placeholder, emoji or pinyin becomes one '?', every mask one '*'. 王WEI -> 王?, 张某某 -> 张*
CREATE OR REPLACE TEMP MACRO gaps_marked(folded) AS
  regexp_replace(regexp_replace(folded, '[*×某]+|X{2,}', '*', 'g'), '[?□〓○〇■●�]|\p{So}|[A-Z]+', '?', 'g');

-- Ordinary Han characters only, nothing masked: nothing to clean. And two such names in one field: 张伟和李娜.
CREATE OR REPLACE TEMP MACRO han_name(s) AS regexp_full_match(s, '[\x{4E00}-\x{9FA5}]{2,}') AND NOT contains(s, '某');
CREATE OR REPLACE TEMP MACRO two_names(s) AS regexp_full_match(s, '..{1,3}[和与及]..{1,3}');

-- What may hold a gap at all: the check that spares the macro above for nearly every name.
CREATE OR REPLACE TEMP MACRO name_may_have_gaps(s) AS
  regexp_matches(s, '\p{Han}') AND regexp_matches(s, '[*＊×某?？□〓○〇■●�A-Za-zＡ-Ｚａ-ｚ]|[(（].*(旁|字头|字底|左|右|上|下|加)|\p{So}');

-- A gap pattern for LIKE ... ESCAPE '\': '?' is one character, '*' one or more.
CREATE OR REPLACE TEMP MACRO gap_pattern(gaps) AS
  replace(replace(replace(replace(replace(gaps, '\', '\\'), '%', '\%'), '_', '\_'), '?', '_'), '*', '_%');

-- The names in a field that holds several, or an owner's beside a shop's: 示例饭店（张伟） -> 示例饭店, 张伟.
CREATE OR REPLACE TEMP MACRO name_may_have_parts(s) AS regexp_matches(s, '[()（）、，,;；/／:：]|^\s*\p{Han}{2,4}\s*[和与及]\s*\p{Han}{2,4}\s*$');
CREATE OR REPLACE TEMP MACRO name_pieces(s) AS 
  CASE WHEN regexp_matches(s, '[()（）、，,;；/／:：]') THEN string_split_regex(half_width(s), '[()、,;/:]+') ELSE string_split_regex(half_width(s), '[和与及]') END;

-- What is left of a firm's folded key without region prefix, legal form and account-use words: trade name and line of business.
CREATE OR REPLACE TEMP MACRO org_core(folded) AS
  list_transform([regexp_replace(regexp_replace(regexp_replace(folded,
      '(农民工工资|基本|一般|专用|临时|结算|保证金|工资)*(存款)?(账户|帐户|专户|户)$', ''),
      '(股份)?(有限)?公司$', ''),
      '^(\p{Han}{2,3}(省|自治区))?(\p{Han}{2,3}市)?(\p{Han}{1,3}[区县])?(' || getvariable('bare_regions') || ')*', '')],
    lambda core: CASE WHEN length(core) >= 3 THEN core ELSE folded END)[1];

-- Characters mistaken for each other, as one.
CREATE OR REPLACE TEMP MACRO look_alikes_folded(folded) AS
  CASE WHEN regexp_matches(folded, '[' || getvariable('alike_from') || ']')
       THEN translate(folded, getvariable('alike_from'), getvariable('alike_to')) ELSE folded END;

CREATE OR REPLACE TEMP MACRO organization_form(s) AS
  regexp_matches(s, '(公司|集团|厂|店|部|社|中心|超市|银行|学校|医院|委员会|村民小组|局|所|站|院|协会)([(（].*[)）])?$');

-- A date of birth as text in any delivered form; the placeholders 1900-01-01 and 9999-12-31 and impossible dates are NULL.
CREATE OR REPLACE TEMP MACRO birth_day(s) AS
  list_transform([try_strptime(left(half_width(text_clean(s)), 11), ['%Y-%m-%d', '%Y%m%d', '%Y/%m/%d', '%Y.%m.%d', '%Y年%m月%d日', '%Y-%m-%d ', '%Y/%m/%d '])::DATE],
    lambda day: CASE WHEN day BETWEEN DATE '1900-01-02' AND getvariable('today') THEN day END)[1];

-- (A pattern, since a list of words becomes a join of every row.)
CREATE OR REPLACE TEMP MACRO sex_normal(s) AS
  CASE WHEN regexp_full_match(text_clean(s), 'male|M|m|男|1|男性') THEN 'male' WHEN regexp_full_match(text_clean(s), 'female|F|f|女|2|女性') THEN 'female' END;

-- Letters, digits and Han only; NULL for what is too vague to tell two households apart (no number in it, or short).
-- Most addresses are written so already: to see that costs an eighth of making it so.
CREATE OR REPLACE TEMP MACRO address_key(s) AS
  list_transform([CASE WHEN regexp_full_match(s, '[0-9A-Z\x{4E00}-\x{9FA5}]+') THEN s ELSE regexp_replace(upper(half_width(s)), '[^0-9A-Z\p{Han}]', '', 'g') END],
    lambda place: CASE WHEN length(place) >= 8 AND regexp_matches(place, '[0-9一二三四五六七八九十]') THEN place END)[1];

-- Digits without country code; NULL for what is no number of one subscriber.
CREATE OR REPLACE TEMP MACRO phone_key(s) AS
  CASE WHEN regexp_full_match(s, '1[3-9][0-9]{9}') AND NOT ends_with(s, '0000000') THEN s ELSE list_transform([regexp_replace(regexp_replace(half_width(s), '[^0-9]', '', 'g'), '^(0086|86)(1[0-9]{10})$', '\2')],
    lambda digits: CASE WHEN length(digits) BETWEEN 7 AND 15 AND replace(digits, right(digits, 1), '') <> '' AND NOT regexp_full_match(digits, '1[0-9]{2}0{8}') THEN digits END)[1] END;

-- The firm that a branch's name begins with: 示例有限公司山亭分公司 -> 示例有限公司. NULL for what is no branch.
CREATE OR REPLACE TEMP MACRO branch_ending() AS '(分公司|分店|分厂|分社|分部|分行|支行|营业部|办事处|项目部|经营部|门市部|分理处|分院|分校|分所)$';
CREATE OR REPLACE TEMP MACRO head_office(folded) AS
  nullif(regexp_extract(folded, '^(.{2,}?(?:公司|厂|社|店|中心|银行|场|行|院|校))(?:第?[一二三四五六七八九十]|\p{Han}){0,8}?' || branch_ending(), 1), '');

-- name_key of a name of Han characters only: nothing to clean, only the legal form and titles behind the name.
CREATE OR REPLACE TEMP MACRO han_key(s) AS
  CASE WHEN regexp_matches(s, '有限|责任|人$|先生$|女士$|同志$|已故$|户主$')
       THEN regexp_replace(regexp_replace(s, '(?:有限责任|责任有限)(公司?|$)|有限责$', '有限\1', 'g'),
                           '^(.{2,}?)(等[0-9一二两三四五六七八九十]+人|先生|女士|同志|已故|户主)+$', '\1')
       ELSE s END;

-- The letters of core's variants_folded, as a table.
CREATE OR REPLACE TEMP TABLE variant_letter AS
SELECT DISTINCT ON (letter) letter, plain
FROM (SELECT unnest(string_split(variant_forms(), '')) AS letter, unnest(string_split(plain_forms(), '')) AS plain, generate_subscripts(string_split(variant_forms(), ''), 1) AS place)
ORDER BY letter, place;

-- What a score in bits says.
CREATE OR REPLACE TEMP MACRO probability_of(score) AS 1 / (1 + pow(2, -score));
-- Which of two equal leads comes first: the same whatever else was delivered.
CREATE OR REPLACE TEMP MACRO lead_order(right_id) AS md5_number(right_id);
