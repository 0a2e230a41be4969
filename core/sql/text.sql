-- Normal forms of names and of the numbers of cases, certificates, units, plates and accounts. For comparison only.

-- The nine middle dots of minority names as one (U+00B7). A full stop or hyphen counts only between two Han characters.
CREATE OR REPLACE TEMP MACRO dots_unified(s) AS
  regexp_replace(regexp_replace(s, '[\x{30FB}\x{FF65}\x{2022}\x{2027}\x{2219}\x{22C5}\x{25CF}\x{0387}\x{FF0E}]', '·', 'g'), '(\p{Han})\s*[.\-·]\s*(\p{Han})', '\1·\2', 'g');

-- Comparison key of a name, person or organisation: no blanks, dots or brackets, no titles or remarks, one legal form (also where a field limit
-- cut it: 有限责任公 is 有限公, so that a cut name stays the beginning of the whole one). NULL if nothing is left.
CREATE OR REPLACE TEMP MACRO name_key(s) AS
  nullif(
    regexp_replace(regexp_replace(
      regexp_replace(
        regexp_replace(upper(half_width(text_clean(s))), '[((（〔【\[<]\s*(已故|故|已死亡|死亡|亡故|去世|男|女|户主|法人|法定代表人|负责人|筹|筹建|筹备|已?注销|已?吊销|吊销未注销|已更名|清算|清算中|曾用名[^)）]*|原名[^)）]*|又名[^)）]*|等[^)）]{0,4}人)\s*[)）〕】\]>]', '', 'g'),
        '[\s\p{Z}·・･•‧∙⋅●.\-‐‑–—''"`“”‘’()（）〔〕【】\[\]<>《》,，、:;]', '', 'g'),
      '(?:有限责任|责任有限)(公司?|$)|有限责$', '有限\1', 'g'),
      '^(.{2,}?)(等[0-9一二两三四五六七八九十]+人|先生|女士|同志|已故|户主)+$', '\1'),
    '');

-- Case number: brackets full-width, digits half-width, no blanks, no leading zeros of the serial, no 第 in the form with a court code.
-- One that is written so already, as most are, is told from the others at a ninth of the cost.
CREATE OR REPLACE TEMP MACRO case_no_normal(s) AS
  CASE WHEN regexp_full_match(s, '（[0-9]{4}）\p{Han}[0-9]{2,4}执[保恢异复监]?[1-9][0-9]*号') THEN s ELSE
  nullif(regexp_replace(regexp_replace(
    translate(regexp_replace(half_width(text_clean(s)), '[\s\p{Z}]', '', 'g'), '()[]〔〕【】{}', '（）（）（）（）（）'),
    '([0-9]\p{Han}+?)第([0-9]+号)', '\1\2'), '(\p{Han})0+([1-9][0-9]*号)', '\1\2'), '') END;

-- Certificate number: brackets full-width, upper case, no blanks; the eighth digit some printers put before the serial removed.
CREATE OR REPLACE TEMP MACRO cert_normal(s) AS
  nullif(regexp_replace(
    translate(regexp_replace(upper(half_width(text_clean(s))), '[\s\p{Z}]', '', 'g'), '()[]〔〕【】{}', '（）（）（）（）（）'),
    '(不动产(?:权|证明))第0([0-9]{7}号)', '\1第\2'), '');

-- Immovable unit number (GB/T 37346-2019): 28 characters once blanks and hyphens are gone.
CREATE OR REPLACE TEMP MACRO unit_no_normal(s) AS
  nullif(regexp_replace(upper(half_width(text_clean(s))), '[\s\p{Z}\-]', '', 'g'), '');

-- Plate number: no blanks, dots or hyphens; the serial has neither O nor I.
CREATE OR REPLACE TEMP MACRO plate_normal(s) AS
  list_transform([nullif(regexp_replace(upper(half_width(text_clean(s))), '[\s\p{Z}·・･•‧∙⋅●.\-]', '', 'g'), '')],
    lambda plate: left(plate, 2) || translate(substr(plate, 3), 'OI', '01'))[1];

-- Account or card number: no blanks, apostrophe, tab or '='; upper case.
CREATE OR REPLACE TEMP MACRO account_normal(s) AS
  nullif(regexp_replace(upper(half_width(text_clean(s))), '[\s\p{Z}''"`‘’=]', '', 'g'), '');
