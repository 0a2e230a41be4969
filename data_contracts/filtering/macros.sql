-- What the row filter says about one delivered text. Temporary macros on top of core/sql; NULL in, NULL (or false) out.

-- Delivered text without BOM, zero-width and control characters; line breaks and tabs become one space; blank is NULL.
-- Blanks around and inside a value stay: they are the agency's, and comparison strips them later.
CREATE OR REPLACE TEMP MACRO delivered_text(s) AS
  CASE WHEN regexp_matches(s, '[\x{00}-\x{1F}\x{7F}-\x{9F}\x{AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FEFF}\x{FFF9}-\x{FFFB}]')
       THEN nullif(trim(regexp_replace(regexp_replace(s, '[\t\r\n]+', ' ', 'g'),
         '[\x{00}-\x{1F}\x{7F}-\x{9F}\x{AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FEFF}\x{FFF9}-\x{FFFB}]', '', 'g'), ' 　'), '')
       WHEN trim(s, ' 　') = '' THEN NULL
       ELSE s END;

-- Whether the fields of a row, joined by |, hold anything that delivered_text, digit_text or a trim would change, or that lossy_text
-- would find. May say yes too often, never too seldom: rows it does not name are taken as they are.
CREATE OR REPLACE TEMP MACRO noisy_row(fields) AS
  regexp_matches(fields, '[\x{00}-\x{1F}\x{7F}-\x{9F}\x{AD}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FEFF}\x{FFF9}-\x{FFFB}?？*＊□〓■●○\x{FFFD}\x{E000}-\x{F8FF}\x{F0000}-\x{FFFFD}\x{1F000}-\x{1FAFF}\x{2600}-\x{27BF}]|(^|\|)([ 　|''’‘`="＝]|$)|[ 　"](\||$)');

-- A digit field: what spreadsheets put before digits (tab, apostrophe, =, quotes) is no part of it.
CREATE OR REPLACE TEMP MACRO digit_text(s) AS
  CASE WHEN regexp_matches(s, '^[\s''’‘`="＝]|["\s]$')
       THEN nullif(regexp_replace(s, '^[\s''’‘`="＝]+|["\s]+$', '', 'g'), '')
       ELSE s END;

-- Placeholder dates: either end of time, and the zeros of old systems. 9999 in an end date is an open end.
CREATE OR REPLACE TEMP MACRO placeholder_day(moment) AS moment::DATE IN (DATE '1900-01-01', DATE '9999-12-31');
CREATE OR REPLACE TEMP MACRO placeholder_text(s) AS
  regexp_full_match(s, '(19000100|00000000)([0-9]{6})?|(1900[-/.年]0?1[-/.月]00?日?|0000[-/.年]0{1,2}[-/.月]0{1,2}日?)([ T][0-9:.]+)?(\+08:?00|Z)?');

-- Milliseconds since 1970 UTC as a clock time of Asia/Shanghai.
CREATE OR REPLACE TEMP MACRO shanghai_clock(millis) AS epoch_ms(try_cast(millis AS BIGINT)) + INTERVAL 8 HOUR;

-- Days since 1899-12-30 (Excel, 1900 system), fraction = time of day.
CREATE OR REPLACE TEMP MACRO serial_clock(serial) AS
  TIMESTAMP '1899-12-30' + to_seconds(round(try_cast(serial AS DECIMAL(18,8)) * 86400)::BIGINT);

-- Fifteen significant digits, then zeros: what a spreadsheet leaves of a longer number; or the number in scientific notation.
CREATE OR REPLACE TEMP MACRO looks_rounded(s) AS
  regexp_full_match(s, '[1-9][0-9]{14}0{3,}|[0-9](\.[0-9]+)?[eE]\+?[0-9]{2}');

-- Number of a person or organisation, whatever its kind: ok | repaired (a documented repair makes it valid) | rounded | bad |
-- unknown (its form has no check: passports, organisation codes, two numbers in one cell).
-- `repaired` is id_repaired(s), from a column: a lambda would set up its whole body for every two thousand rows.
CREATE OR REPLACE TEMP MACRO identifier_state(s, repaired) AS
  CASE WHEN s IS NULL THEN NULL
       WHEN regexp_full_match(s, '[0-9]{17}[0-9X]') AND resident_id_valid(s) THEN 'ok'
       WHEN length(s) = 18 AND uscc_valid(s) THEN 'ok'
       WHEN length(repaired) = 18 AND (resident_id_valid(repaired) OR uscc_valid(repaired))
            OR length(repaired) = 15 AND (resident_id_15_valid(repaired) OR reg_no_valid(repaired))
            THEN CASE WHEN repaired = s THEN 'ok' ELSE 'repaired' END
       WHEN looks_rounded(s) THEN 'rounded'
       WHEN regexp_matches(s, '[*＊?？]') OR regexp_full_match(repaired, '[0-9A-Z]{15}|[0-9A-Z]{18}') OR regexp_full_match(repaired, '0+|1+')
            THEN 'bad'
       ELSE 'unknown' END;

-- A character of a name or address that is not the character it stands for: ? □ 〓 * masks, private use, replacement, emoji.
CREATE OR REPLACE TEMP MACRO lossy_text(s) AS
  regexp_matches(s, '[?？*＊□〓■●○\x{FFFD}\x{E000}-\x{F8FF}\x{F0000}-\x{FFFFD}\x{1F000}-\x{1FAFF}\x{2600}-\x{27BF}]');

-- Pinyin or a bracket note for one character of a person's name, e.g. 测WEI, 测（左王右莹）.
CREATE OR REPLACE TEMP MACRO spelled_name(s) AS
  regexp_matches(s, '\p{Han}[A-Za-z]{2,6}$|^[A-Za-z]{2,6}\p{Han}|\p{Han}[A-Za-z]{2,6}\p{Han}|[（(][^（()）]*[左右上下加旁头底][^（()）]*[)）]');

-- A case, certificate, unit or plate number fits its form as delivered, or in its normal form. CASE, because DuckDB
-- computes both sides of OR for every row, and the normal form costs thirty times the match.
CREATE OR REPLACE TEMP MACRO case_no_fits(s, form) AS
  CASE WHEN regexp_full_match(s, form) THEN true ELSE regexp_full_match(case_no_normal(s), form) END;
CREATE OR REPLACE TEMP MACRO unit_no_fits(s, form) AS
  CASE WHEN regexp_full_match(s, form) THEN true ELSE regexp_full_match(unit_no_normal(s), form) END;
CREATE OR REPLACE TEMP MACRO plate_fits(s, form) AS
  CASE WHEN regexp_full_match(s, form) THEN true ELSE regexp_full_match(plate_normal(s), form) END;
-- Older 房权证, 国用 and 集用 numbers have another form and stay valid.
CREATE OR REPLACE TEMP MACRO cert_no_fits(s, form) AS
  CASE WHEN regexp_full_match(s, form) OR NOT contains(s, '不动产') THEN true
       ELSE regexp_full_match(cert_normal(s), form) END;

-- Whether two numbers are one, 15-digit form and typing habits aside.
CREATE OR REPLACE TEMP MACRO same_number(a, b) AS resident_id_upgrade(id_clean(a)) = resident_id_upgrade(id_clean(b));

-- Whether `b` can be the name that `a` spells: the note or the pinyin stands for any one character.
CREATE OR REPLACE TEMP MACRO spells(a, b) AS
  name_key(b) LIKE name_key(regexp_replace(text_clean(a), '[（(][^（()）]*[)）]|[A-Za-z]{2,6}', '_', 'g'));

-- Whether a name is another one. Cut at the field limit, masked, or with a character spelled out is no other name.
CREATE OR REPLACE TEMP MACRO other_name(a, b) AS
  CASE WHEN lossy_text(a) OR CASE WHEN spelled_name(a) THEN spells(a, b) ELSE false END THEN false
       ELSE list_transform([{one: name_key(a), two: name_key(b)}],
         lambda pair: NOT starts_with(pair.one, pair.two) AND NOT starts_with(pair.two, pair.one))[1] END;

-- Says that a session has these macros: defining them costs more than filtering a small table. Last, so that it never lies.
CREATE OR REPLACE TEMP MACRO filter_macros_defined() AS true;
