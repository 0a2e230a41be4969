-- Every link that is kept, with its evidence. Grain: left_id, right_id. `place` among the leads of its debtor; null: no lead. Reads decided, told
-- (leads.sql), both sides and parties; makes answer.
CREATE OR REPLACE TEMP TABLE answer AS
SELECT l.record_id AS left_id, r.record_id AS right_id, probability_of(s.score) AS probability, s.tier,
  list_filter([
    {'field': 'prior', 'left': CAST(NULL AS VARCHAR), 'right': CAST(NULL AS VARCHAR), 'level': 'prior', 'weight': s.prior},
    {'field': 'rival', 'left': NULL, 'right': NULL, 'level': s.rival_level, 'weight': -s.rival},
    {'field': 'id_number', 'left': l.id_number, 'right': r.id_number, 'level': s.id_level, 'weight': s.id_bits},
    {'field': 'name', 'left': CASE WHEN s.name_level = 'former' AND name_key(l.name) IS DISTINCT FROM name_key(r.former_name) THEN coalesce(l.former_name, l.name) ELSE l.name END,
                      'right': CASE WHEN s.name_level = 'former' AND name_key(l.name) = name_key(r.former_name) THEN r.former_name ELSE r.name END,
                      'level': s.name_level, 'weight': s.name_bits},
    {'field': 'birth_date', 'left': coalesce(l.birth_date, CAST(lp.number_birth AS VARCHAR)), 'right': coalesce(r.birth_date, CAST(rp.number_birth AS VARCHAR)), 'level': s.birth_level, 'weight': s.birth_bits},
    {'field': 'sex', 'left': l.sex, 'right': r.sex, 'level': s.sex_level, 'weight': s.sex_bits},
    {'field': 'address', 'left': l.address, 'right': r.address, 'level': s.address_level, 'weight': s.address_bits},
    {'field': 'phone', 'left': l.phone, 'right': r.phone, 'level': s.phone_level, 'weight': s.phone_bits}],
    lambda entry: entry.weight IS NOT NULL) AS evidence,
  t.place
FROM told t JOIN decided s ON s.lrow = t.lrow AND s.rrow = t.rrow
JOIN left_side l ON l.row = t.lrow JOIN right_side r ON r.row = t.rrow JOIN left_party lp ON lp.row = t.lrow JOIN right_party rp ON rp.row = t.rrow;
