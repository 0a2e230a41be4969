-- Names that may be a slip of one: of like length, and with a piece of it unhurt.
SELECT place, key FROM names WHERE length(key) BETWEEN $shortest AND $longest AND regexp_matches(key, $pieces);
