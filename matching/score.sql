-- Levels to weights, weights to a score. Reads fact_level, name_pair, name_level, address_level; `weight` holds the model's bits per kind of party,
-- field and level, `name_worth` the rarity of the left side's names. Makes pair_level (before) and scored (after the weights are known).

CREATE OR REPLACE TEMP TABLE scored AS
WITH weighed AS (
  SELECT p.*, i.bits AS id_bits, b.bits AS birth_bits, s.bits AS sex_bits, f.bits AS phone_bits, a.bits AS address_bits,
    round(n.bits + CASE WHEN n.by_rarity THEN worth ELSE 0 END, 2) AS name_bits,
    coalesce(i.relative, 0) + coalesce(b.relative, 0) + coalesce(s.relative, 0) + coalesce(f.relative, 0) + coalesce(a.relative, 0)
      + coalesce(n.relative + CASE WHEN n.by_rarity AND n.own_relative THEN worth ELSE 0 END, 0) + q.prior + q.relative AS relative,
    coalesce(i.other_holder, 0) + coalesce(b.other_holder, 0) + coalesce(s.other_holder, 0) + coalesce(f.other_holder, 0) + coalesce(a.other_holder, 0)
      + coalesce(n.other_holder, 0) + q.prior + q.other_holder AS other_holder,
    coalesce(i.shared_number, 0) + coalesce(b.shared_number, 0) + coalesce(s.shared_number, 0) + coalesce(f.shared_number, 0) + coalesce(a.shared_number, 0)
      + coalesce(n.shared_number, 0) + q.prior + q.shared_number AS shared_number,
    q.prior
  FROM pair_level p
  JOIN prior q ON q.is_org = p.is_org
  LEFT JOIN weight i ON i.is_org = p.is_org AND i.field = 'id_number' AND i.level = id_level
  LEFT JOIN weight n ON n.is_org = p.is_org AND n.field = 'name' AND n.level = name_level
  LEFT JOIN weight b ON b.is_org = p.is_org AND b.field = 'birth_date' AND b.level = birth_level
  LEFT JOIN weight s ON s.is_org = p.is_org AND s.field = 'sex' AND s.level = sex_level
  LEFT JOIN weight f ON f.is_org = p.is_org AND f.field = 'phone' AND f.level = phone_level
  LEFT JOIN weight a ON a.is_org = p.is_org AND a.field = 'address' AND a.level = address_level),
rivalled AS (
  SELECT *, nullif(round(log2(1 + pow(2, least(relative, 200)) + pow(2, least(other_holder, 200)) + pow(2, least(shared_number, 200))), 2), 0) AS rival FROM weighed)
SELECT *, CASE WHEN rival IS NULL THEN NULL WHEN shared_number > greatest(relative, other_holder) THEN 'shared_number' WHEN other_holder > relative THEN 'other_holder'
            WHEN is_org THEN 'affiliate' ELSE 'relative' END AS rival_level,
  round(prior + coalesce(id_bits, 0) + coalesce(name_bits, 0) + coalesce(birth_bits, 0) + coalesce(sex_bits, 0) + coalesce(address_bits, 0)
        + coalesce(phone_bits, 0) - coalesce(rival, 0), 2) AS score
FROM rivalled;
