-- The pairs in which a name or a number says something. Reads fact_level, name_pair, name_level, name_worth; makes compared_pair.
-- A pair of unlike names without an agreeing number was brought together by a telephone or a date of birth: a household, or chance.
CREATE OR REPLACE TEMP TABLE compared_pair AS
SELECT f.lrow, f.rrow, l.is_org,
       CASE WHEN f.id_level IN ('conflict', 'different') AND m.level IN ('branch', 'branch_form') THEN 'branch_number'
            WHEN f.id_level = 'conflict' AND m.level = 'part' THEN 'co_owner_number' ELSE f.id_level END AS id_level, m.level AS name_level, m.visible, f.birth_level, f.sex_level, f.phone_level,
       coalesce(l.party_type <> r.party_type, false) AS types_differ,
       -- the rarity of the name that agrees: of the debtor's former one, where the record bears that
       coalesce(CASE WHEN m.level = 'former' AND o.folded = rn.folded THEN wo.bits ELSE w.bits END, getvariable('name_least')) AS rarity
FROM fact_level f
JOIN left_party l ON l.row = f.lrow JOIN right_party r ON r.row = f.rrow
JOIN name_pair p ON p.l_id IS NOT DISTINCT FROM l.name_id AND p.l_former IS NOT DISTINCT FROM l.former_id AND p.l_org = l.is_org
                AND p.r_id IS NOT DISTINCT FROM r.name_id AND p.r_former IS NOT DISTINCT FROM r.former_id AND p.r_org = r.is_org
JOIN name_level m ON m.pair = p.pair
LEFT JOIN left_form n ON n.name_id = l.name_id LEFT JOIN name_worth w ON w.folded = n.folded AND w.is_org = l.is_org
LEFT JOIN left_form o ON o.name_id = l.former_id LEFT JOIN name_worth wo ON wo.folded = o.folded AND wo.is_org = l.is_org
LEFT JOIN right_form rn ON rn.name_id = r.name_id
WHERE m.level <> 'unlike' OR coalesce(f.id_level IN ('strong_equal', 'upgraded_equal', 'org_code_equal', 'weak_equal', 'unformed_equal', 'near', 'rounded_agrees', 'masked_agrees'), false);
