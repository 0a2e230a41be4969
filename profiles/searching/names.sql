-- Every name that leads to a debtor: his own, former ones, and the firms he holds shares in. Needs the macros of core and the views of a
-- publication. Makes `holders` (grain: place of a name, kind, debtor) and `names` (grain: place; the comparison key).
CREATE TABLE holders AS
SELECT dense_rank() OVER (ORDER BY key)::INTEGER AS place, key, kind, debtor_id FROM (
  SELECT DISTINCT name_key(name) AS key, 'name' AS kind, debtor_id FROM debtor
  UNION ALL
  SELECT DISTINCT name_key(name), 'former_name', debtor_id FROM (SELECT unnest(former_names) AS name, debtor_id FROM debtor)
  UNION ALL
  SELECT DISTINCT name_key(regexp_replace(title, '\s股权（.*$', '')), 'company', debtor_id FROM asset WHERE kind = 'equity' AND tier = 'confirmed')
WHERE key IS NOT NULL
ORDER BY key, kind <> 'name', kind, debtor_id;
CREATE TABLE names AS SELECT DISTINCT place, key FROM holders ORDER BY place;
