-- What each pair's fields say, together. Reads fact_level, name_pair, name_level, address_pair, address_distance; makes pair_level.

CREATE OR REPLACE TEMP TABLE address_level AS
SELECT t.lrow, t.rrow,
  coalesce(p.level, CASE WHEN p.same_numbers AND d.likeness >= 60 THEN 'similar' WHEN d.likeness >= 85 THEN 'near' ELSE 'different' END) AS level
FROM address_text t
JOIN address_pair p ON p.l_text = t.l_text AND p.r_text = t.r_text LEFT JOIN address_distance d USING (pair);

-- Grain: pair. `worth` is the rarity in bits of the name that agrees, as far as it is visible. A branch has an address and a telephone of its own:
-- that they are others says nothing.
CREATE OR REPLACE TEMP TABLE pair_level AS
SELECT c.lrow, c.rrow, c.is_org, c.id_level, c.name_level,
       CASE WHEN c.birth_level = 'equal' AND c.name_level NOT IN ('exact', 'former', 'variant', 'org_form', 'part') THEN 'equal_respelt' ELSE c.birth_level END AS birth_level,
       c.sex_level,
       CASE WHEN NOT (c.name_level IN ('branch', 'branch_form') AND c.phone_level = 'different') THEN c.phone_level END AS phone_level,
       CASE WHEN NOT (c.name_level IN ('branch', 'branch_form') AND a.level = 'different') THEN a.level END AS address_level,
       c.types_differ, round(c.rarity * c.visible, 2) AS worth
FROM compared_pair c LEFT JOIN address_level a USING (lrow, rrow);
