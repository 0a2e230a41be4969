-- Characters as they should have arrived. Loaded before identifiers.sql and text.sql, which build on these macros.
-- Every macro takes VARCHAR, gives NULL for NULL, and changes keys and comparisons only: the delivered text is kept elsewhere.

-- BOM, zero-width, bidirectional marks, variation selectors and control characters removed; outer blanks of any width trimmed.
CREATE OR REPLACE TEMP MACRO text_clean(s) AS
  regexp_replace(
    regexp_replace(s, '[\x{00}-\x{1F}\x{7F}-\x{9F}\x{AD}\x{180E}\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{FE00}-\x{FE0F}\x{FEFF}\x{FFF9}-\x{FFFB}\x{E0100}-\x{E01EF}]', '', 'g'),
    '^[\s\p{Z}]+|[\s\p{Z}]+$', '', 'g');

-- Full-width ASCII to ASCII, every blank of another width to a space. translate() builds its table anew for each row (5 microseconds),
-- so the two brackets of company names and the ideographic space go first and it runs only on what is left.
CREATE OR REPLACE TEMP MACRO common_half_width(s) AS replace(replace(replace(s, '（', '('), '）', ')'), '　', ' ');
CREATE OR REPLACE TEMP MACRO half_width(s) AS
  CASE WHEN regexp_matches(common_half_width(s), '[\x{FF01}-\x{FF5E}\x{A0}\x{2000}-\x{200A}\x{202F}\x{205F}]')
       THEN translate(common_half_width(s),
         '！＂＃＄％＆＇＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～'
           || chr(160) || chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196) || chr(8197) || chr(8198) || chr(8199)
           || chr(8200) || chr(8201) || chr(8202) || chr(8239) || chr(8287),
         '!"#$%&''*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~              ')
       ELSE common_half_width(s) END;
