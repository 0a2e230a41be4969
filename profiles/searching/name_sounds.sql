-- How each name sounds. Reads names and `syllable` (letter -> how it is read); makes name_sounds, grain: place.
CREATE TABLE name_sounds AS
SELECT sound, place FROM (
  SELECT place, string_agg(syllable, '' ORDER BY nth) AS sound
  FROM (SELECT place, unnest(string_split(key, '')) AS letter, generate_subscripts(string_split(key, ''), 1) AS nth FROM names)
  JOIN syllable USING (letter) GROUP BY place)
ORDER BY sound, place;
