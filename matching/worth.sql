-- What a name that agrees is worth: its rarity in bits among the people delivered. Reads left_party, left_form, population; makes name_worth.
CREATE OR REPLACE TEMP TABLE name_worth AS
SELECT n.is_org, n.folded, coalesce(c.people, 0) > getvariable('hot_people') AS hot,
       round(least(getvariable('name_most'), greatest(getvariable('name_least'),
         log2((coalesce(d.people, 0) + getvariable('name_population'))
              / greatest(coalesce(c.people, 1) - CASE WHEN n.is_org THEN getvariable('name_own_organization') ELSE getvariable('name_own_person') END, getvariable('name_fewest'))))), 2) AS bits
FROM (SELECT p.is_org, f.folded FROM left_party p JOIN left_form f ON f.name_id = p.name_id WHERE f.folded IS NOT NULL
      UNION SELECT p.is_org, f.folded FROM left_party p JOIN left_form f ON f.name_id = p.former_id WHERE f.folded IS NOT NULL) n
LEFT JOIN population c ON c.what = 'name' AND c.hash = md5_number_lower(n.folded) AND c.is_org = n.is_org
LEFT JOIN population d ON d.what = 'all' AND d.is_org = n.is_org;
