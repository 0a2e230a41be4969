-- Identifiers of persons, organisations and things: form, check digit, repair, normal form.
-- core/identifiers.py is the scalar twin; tests/unit/core/test_identifiers.py holds both equal.
--
-- The *_valid macros are strict: they judge the text as given. Call them on id_clean(s) or id_normal(type, s).
-- Sums over positions are written out because DuckDB computes them several times faster than a list over positions.
-- `list_transform([x], lambda y: ...)[1]` names an intermediate value, so that it is computed once.

-- The number as it was meant to be keyed: ASCII, upper case, without blanks, hyphens, quotes, apostrophe, tab or '='. '' becomes NULL.
CREATE OR REPLACE TEMP MACRO id_clean(s) AS
  CASE WHEN regexp_full_match(s, '[0-9A-Z]+') THEN s
       WHEN regexp_full_match(s, '[ -~\t]+') THEN nullif(regexp_replace(upper(s), '[\s''"`=_\-]', '', 'g'), '')
       ELSE nullif(regexp_replace(regexp_replace(upper(half_width(s)), '[×ⅩХΧ✕]', 'X', 'g'),
                                  '[\s\p{Z}\p{C}''"`´‘’“”=_\-‐‑‒–—−﹣]', '', 'g'), '') END;

-- A date that somebody alive can have been born on, from YYYYMMDD. The session says what day it is: current_date in a macro would have
-- every statement that uses it planned anew each time.
CREATE OR REPLACE TEMP MACRO birth_digits_plausible(digits) AS
  coalesce(try_strptime(digits, '%Y%m%d') BETWEEN TIMESTAMP '1900-01-01' AND getvariable('today')::TIMESTAMP, false);

-- Place of the check character in '10X98765432', from 0, for the first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2).
-- The weights are powers of two, so the sum is the digits read as a number of base two, once more doubled. Taking
-- 8 * 2^(k-1) * (n // 10^k) for every place k from a number n of base ten leaves just that: half the divisions of
-- a sum over its digits.
CREATE OR REPLACE TEMP MACRO resident_id_remainder(s) AS
  list_transform([try_cast(left(s, 17) AS BIGINT)], lambda n: (n - 8 * (
      n // 10                    + n // 100 * 2                + n // 1000 * 4                 + n // 10000 * 8
    + n // 100000 * 16           + n // 1000000 * 32           + n // 10000000 * 64            + n // 100000000 * 128
    + n // 1000000000 * 256      + n // 10000000000 * 512      + n // 100000000000 * 1024      + n // 1000000000000 * 2048
    + n // 10000000000000 * 4096 + n // 100000000000000 * 8192 + n // 1000000000000000 * 16384 + n // 10000000000000000 * 32768)) * 2 % 11)[1];

-- Check character of the first 17 digits. Needs at least 17 digits.
CREATE OR REPLACE TEMP MACRO resident_id_check(s) AS substr('10X98765432', resident_id_remainder(s)::INTEGER + 1, 1);

-- 18 characters, check character and a plausible birth date. Also residence permits of 港澳台 residents (81, 82, 83) and the
-- foreigners' permanent residence card since 2023-12 (leading 9). That the region ever existed is not asked.
CREATE OR REPLACE TEMP MACRO resident_id_valid(s) AS
  CASE WHEN s IS NULL THEN NULL
       WHEN NOT regexp_full_match(s, '[0-9]{17}[0-9X]') THEN false
       WHEN NOT birth_digits_plausible(substr(s, 7, 8)) THEN false
       ELSE strpos('10X98765432', right(s, 1)) = resident_id_remainder(s) + 1 END;

-- The old 15-digit form has no check digit: digits and a real date in the 1900s are all that can be asked.
CREATE OR REPLACE TEMP MACRO resident_id_15_valid(s) AS
  CASE WHEN s IS NULL THEN NULL
       WHEN NOT regexp_full_match(s, '[0-9]{15}') THEN false
       ELSE birth_digits_plausible('19' || substr(s, 7, 6)) END;

-- 15 to 18 characters: the century after digit 6, the check character at the end. Anything else comes back unchanged.
CREATE OR REPLACE TEMP MACRO resident_id_upgrade(s) AS
  CASE WHEN resident_id_15_valid(s)
       THEN left(s, 6) || '19' || right(s, 9) || resident_id_check(left(s, 6) || '19' || right(s, 9))
       ELSE s END;

-- Unified social credit code (GB 32100-2015). Letters are allowed in positions 1 to 8: village collectives begin with N1, N2, N3.
CREATE OR REPLACE TEMP MACRO uscc_digit(s, place) AS (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(s, place, 1)) - 1);
CREATE OR REPLACE TEMP MACRO uscc_valid(s) AS
  CASE WHEN s IS NULL THEN NULL
       WHEN NOT regexp_full_match(s, '[0-9A-HJ-NPQRTUWXY]{18}') OR regexp_full_match(s, '0+') THEN false
       ELSE uscc_digit(s, 18) = (31 - (
           uscc_digit(s, 1) + uscc_digit(s, 2) * 3 + uscc_digit(s, 3) * 9 + uscc_digit(s, 4) * 27 + uscc_digit(s, 5) * 19
         + uscc_digit(s, 6) * 26 + uscc_digit(s, 7) * 16 + uscc_digit(s, 8) * 17 + uscc_digit(s, 9) * 20 + uscc_digit(s, 10) * 29
         + uscc_digit(s, 11) * 25 + uscc_digit(s, 12) * 13 + uscc_digit(s, 13) * 8 + uscc_digit(s, 14) * 24
         + uscc_digit(s, 15) * 10 + uscc_digit(s, 16) * 30 + uscc_digit(s, 17) * 28) % 31) % 31 END;

-- Organisation code (GB 11714-1997), with or without its hyphen.
CREATE OR REPLACE TEMP MACRO org_digit(s, place) AS (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(s, place, 1)) - 1);
CREATE OR REPLACE TEMP MACRO org_code_valid(s) AS
  CASE WHEN s IS NULL THEN NULL
       WHEN NOT regexp_full_match(s, '[0-9A-Z]{8}-?[0-9X]') OR regexp_full_match(s, '0+-?0+') THEN false
       ELSE right(s, 1) = substr('0X987654321', ((
           org_digit(s, 1) * 3 + org_digit(s, 2) * 7 + org_digit(s, 3) * 9 + org_digit(s, 4) * 10
         + org_digit(s, 5) * 5 + org_digit(s, 6) * 8 + org_digit(s, 7) * 4 + org_digit(s, 8) * 2) % 11)::INTEGER + 1, 1) END;

-- The organisation code inside a valid credit code (characters 9 to 17): the bridge from rows older than 2015. NULL for anything else.
CREATE OR REPLACE TEMP MACRO uscc_org_code(s) AS CASE WHEN uscc_valid(s) THEN substr(s, 9, 9) END;

-- Business registration number of 15 digits (GS 15-2006, ISO 7064 MOD 11,10). One step of the recursion, then the chain of fourteen.
CREATE OR REPLACE TEMP MACRO mod_11_10_step(p, s, place) AS (((p + ascii(substr(s, place, 1)) - 48 + 9) % 10 + 1) * 2 % 11);
CREATE OR REPLACE TEMP MACRO reg_no_valid(s) AS
  CASE WHEN s IS NULL THEN NULL
       WHEN NOT regexp_full_match(s, '[0-9]{15}') OR regexp_full_match(s, '0+') THEN false
       ELSE (ascii(right(s, 1)) - 48 + mod_11_10_step(mod_11_10_step(mod_11_10_step(mod_11_10_step(mod_11_10_step(mod_11_10_step(mod_11_10_step(
              mod_11_10_step(mod_11_10_step(mod_11_10_step(mod_11_10_step(mod_11_10_step(mod_11_10_step(mod_11_10_step(
              10, s, 1), s, 2), s, 3), s, 4), s, 5), s, 6), s, 7), s, 8), s, 9), s, 10), s, 11), s, 12), s, 13), s, 14)) % 10 = 1 END;

-- Bank cards (ISO 7812): 12 to 19 digits. Corporate and passbook account numbers carry no check and may fail.
CREATE OR REPLACE TEMP MACRO luhn_valid(s) AS
  CASE WHEN s IS NULL THEN NULL
       WHEN NOT regexp_full_match(s, '[0-9]{12,19}') OR regexp_full_match(s, '0+') THEN false
       ELSE list_sum(list_transform(range(1, length(s) + 1), lambda luhn_at:
              CASE WHEN (length(s) - luhn_at) % 2 = 0 THEN ascii(substr(s, luhn_at::INTEGER, 1)) - 48
                   ELSE (ascii(substr(s, luhn_at::INTEGER, 1)) - 48) * 2 - CASE WHEN ascii(substr(s, luhn_at::INTEGER, 1)) > 52 THEN 9 ELSE 0 END END)) % 10 = 0 END;

-- Vehicle identification number (GB 16735-2019, ISO 3779), check in position 9. Imported and old vehicles may fail.
-- The alphabet is laid out so that a letter's place modulo 10 is its value.
CREATE OR REPLACE TEMP MACRO vin_digit(s, place) AS ((strpos('0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ', substr(s, place, 1)) - 1) % 10);
CREATE OR REPLACE TEMP MACRO vin_valid(s) AS
  CASE WHEN s IS NULL THEN NULL
       WHEN NOT regexp_full_match(s, '[A-HJ-NPR-Z0-9]{17}') OR regexp_full_match(s, '0+') THEN false
       ELSE substr(s, 9, 1) = substr('0123456789X', ((
           vin_digit(s, 1) * 8 + vin_digit(s, 2) * 7 + vin_digit(s, 3) * 6 + vin_digit(s, 4) * 5 + vin_digit(s, 5) * 4 + vin_digit(s, 6) * 3
         + vin_digit(s, 7) * 2 + vin_digit(s, 8) * 10 + vin_digit(s, 10) * 9 + vin_digit(s, 11) * 8 + vin_digit(s, 12) * 7 + vin_digit(s, 13) * 6
         + vin_digit(s, 14) * 5 + vin_digit(s, 15) * 4 + vin_digit(s, 16) * 3 + vin_digit(s, 17) * 2) % 11)::INTEGER + 1, 1) END;

-- The shortcut for most rows: 18 characters already in normal form that need no cleaning, no repair and no suspicion. A lambda sets up its
-- whole body for every chunk, so the macros below reach theirs only for the rest.
CREATE OR REPLACE TEMP MACRO id_ordinary_18(s) AS
  CASE WHEN regexp_full_match(s, '[1-9A-HJKMNPQRTUWXY][0-9A-HJKMNPQRTUWXY]{17}')
       THEN NOT regexp_matches(s, '0{6}|1{6}|2{6}|3{6}|4{6}|5{6}|6{6}|7{6}|8{6}|9{6}|000$|XX|123456789|9876543210')
       ELSE false END;

-- Text that stands where a number should, and identifies nobody: masks, one repeated character, counting rows, a 000000 filler,
-- a number shown as 3.7E+17, and the 18 digits ending in 000 that a spreadsheet leaves (unless the check digit holds).
CREATE OR REPLACE TEMP MACRO clean_id_placeholder(c) AS
  CASE WHEN c IS NULL THEN NULL
       -- XX masks two digits, except in a code that holds: an organisation code may end in X before the check character X.
       WHEN contains(c, 'XX') AND CASE length(c) WHEN 18 THEN uscc_valid(c) WHEN 9 THEN org_code_valid(c) ELSE false END THEN false
       WHEN regexp_matches(c, '[*?#□〓■●○�无未]|XX|不详|暂缺|^[0-9]+([.][0-9]+E[+]?|E[+])[0-9]+$|^[A-Z]?0?123456789|^9876543210|^NULL$|^N/A$|^NONE$')
            THEN true
       WHEN length(c) < 4 OR replace(c, left(c, 1), '') = '' THEN true
       WHEN contains(c, '000000') OR (length(c) = 18 AND right(c, 3) = '000') THEN
            CASE WHEN NOT regexp_full_match(c, '[0-9]+X?') THEN false
                 WHEN length(c) = 15 THEN NOT reg_no_valid(c)
                 WHEN resident_id_valid(c) THEN false
                 ELSE NOT uscc_valid(c) END
       ELSE false END;
CREATE OR REPLACE TEMP MACRO id_placeholder(s) AS
  CASE WHEN s IS NULL THEN NULL
       WHEN id_ordinary_18(s) THEN false
       ELSE coalesce(list_transform([id_clean(s)], lambda cleaned: clean_id_placeholder(cleaned))[1], true) END;

-- A valid 18-character person number or a valid credit code: the only identifiers that confirm a link with nothing but a name.
CREATE OR REPLACE TEMP MACRO id_strong(s) AS
  CASE WHEN s IS NULL THEN NULL
       WHEN length(s) <> 18 THEN false
       WHEN resident_id_valid(s) THEN true
       ELSE uscc_valid(s) END;

-- id_clean, and letters keyed for digits (O for 0, I or L for 1) put right, but only where the check character then holds.
-- A valid credit code holds neither O nor I, so it comes back as it is.
CREATE OR REPLACE TEMP MACRO zeros_and_ones(c) AS replace(replace(c, 'O', '0'), 'I', '1');
CREATE OR REPLACE TEMP MACRO letters_to_digits(c) AS
  CASE WHEN resident_id_valid(replace(zeros_and_ones(c), 'L', '1')) THEN replace(zeros_and_ones(c), 'L', '1')
       WHEN uscc_valid(zeros_and_ones(c)) THEN zeros_and_ones(c)
       ELSE c END;
CREATE OR REPLACE TEMP MACRO id_repaired(s) AS
  list_transform([id_clean(s)], lambda cleaned:
    CASE WHEN length(cleaned) = 18 THEN
           CASE WHEN regexp_matches(cleaned, '[OIL]') THEN letters_to_digits(cleaned) ELSE cleaned END
         ELSE cleaned END)[1];

-- The kind of an identifier by its form alone, whatever the column said: resident_id | hmt_residence | foreign_residence |
-- resident_id_15 | uscc | org_code | reg_no | passport | hm_travel | tw_travel | military, NULL where the form tells nothing.
-- resident_id and uscc are also said of 18 characters whose check fails: a typing error does not change the kind.
CREATE OR REPLACE TEMP MACRO id_kind_of_18(c) AS
  CASE WHEN resident_id_valid(c) THEN
            CASE WHEN left(c, 1) = '9' THEN 'foreign_residence'
                 WHEN regexp_matches(c, '^8[123]0000') THEN 'hmt_residence'
                 ELSE 'resident_id' END
       WHEN regexp_full_match(c, '[1-8][0-9]{16}[0-9X]') THEN
            CASE WHEN birth_digits_plausible(substr(c, 7, 8)) OR NOT uscc_valid(c) THEN 'resident_id' ELSE 'uscc' END
       WHEN regexp_full_match(c, '[1-9A-HJ-NPQRTUWXY][1-9][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}') THEN 'uscc' END;
CREATE OR REPLACE TEMP MACRO id_kind_of_15(c) AS
  CASE WHEN resident_id_15_valid(c) THEN 'resident_id_15'
       WHEN reg_no_valid(c) THEN 'reg_no'
       WHEN regexp_full_match(c, '[A-Z]{3}[0-9]{12}') THEN 'foreign_residence' END;
CREATE OR REPLACE TEMP MACRO id_kind(s) AS
  CASE WHEN id_ordinary_18(s) THEN id_kind_of_18(s) ELSE list_transform([id_repaired(s)], lambda repaired:
    CASE WHEN clean_id_placeholder(repaired) THEN NULL
         WHEN length(repaired) = 18 THEN id_kind_of_18(repaired)
         WHEN length(repaired) = 15 THEN id_kind_of_15(repaired)
         WHEN regexp_matches(s, '[0-9A-Za-z]{8}-[0-9Xx]\s*$') AND org_code_valid(repaired) THEN 'org_code'
         WHEN regexp_full_match(repaired, 'E[0-9]{8}|E[A-HJ-NP-Z][0-9]{7}|G[0-9]{8}') THEN 'passport'
         WHEN regexp_full_match(repaired, '[HM][0-9]{8}([0-9]{2})?') THEN 'hm_travel'
         WHEN org_code_valid(repaired) THEN 'org_code'
         WHEN regexp_full_match(repaired, '[0-9]{8}') THEN 'tw_travel'
         WHEN regexp_matches(repaired, '[军士兵武].*[0-9]') THEN 'military' END)[1] END;

-- The number to compare by: repaired, 15-digit person numbers upgraded to 18; NULL for placeholders. `id_type` is a value of id_type in
-- the agreements or NULL; it only decides what 15 digits mean that are both a registration number and a date.
CREATE OR REPLACE TEMP MACRO id_normal(id_type, s) AS
  CASE WHEN id_ordinary_18(s) THEN s ELSE list_transform([id_repaired(s)], lambda repaired:
    CASE WHEN clean_id_placeholder(repaired) THEN NULL
         WHEN length(repaired) <> 15 THEN repaired
         WHEN id_type IN ('reg_no', 'business_reg_no', 'uscc', 'org_code') AND reg_no_valid(repaired) THEN repaired
         ELSE resident_id_upgrade(repaired) END)[1] END;
