-- The answer. Grain: left_id, right_id; of rows that carry the same ids the strongest. Sorted, so that the same input gives the same output.
SELECT s.left_id, s.right_id, s.probability, s.tier,
  list_filter([
    {'field': 'prior', 'left': CAST(NULL AS VARCHAR), 'right': CAST(NULL AS VARCHAR), 'level': 'prior', 'weight': CAST(getvariable('prior') AS DOUBLE)},
    {'field': 'id_number', 'left': l.id_number, 'right': r.id_number, 'level': s.id_level, 'weight': s.id_bits},
    {'field': 'name', 'left': CASE WHEN s.name_level = 'former' AND name_key(l.name) IS DISTINCT FROM name_key(r.former_name) THEN coalesce(l.former_name, l.name) ELSE l.name END,
                      'right': CASE WHEN s.name_level = 'former' AND name_key(l.name) = name_key(r.former_name) THEN r.former_name ELSE r.name END,
                      'level': s.name_level, 'weight': s.name_bits},
    {'field': 'birth_date', 'left': coalesce(l.birth_date, CAST(l.birth_in_id AS VARCHAR)), 'right': coalesce(r.birth_date, CAST(r.birth_in_id AS VARCHAR)), 'level': s.birth_level, 'weight': s.birth_bits},
    {'field': 'sex', 'left': l.sex, 'right': r.sex, 'level': s.sex_level, 'weight': s.sex_bits},
    {'field': 'address', 'left': l.address, 'right': r.address, 'level': s.address_level, 'weight': s.address_bits},
    {'field': 'phone', 'left': l.phone, 'right': r.phone, 'level': s.phone_level, 'weight': s.phone_bits}],
    lambda entry: entry.weight IS NOT NULL) AS evidence
FROM shown s JOIN left_party l ON l.row = s.lrow JOIN right_party r ON r.row = s.rrow
QUALIFY row_number() OVER (PARTITION BY s.left_id, s.right_id
          ORDER BY list_position(['confirmed', 'probable', 'possible'], s.tier), s.score DESC, l.id_number, l.name, r.id_number, r.name, r.birth_date, r.address, r.phone,
                   l.birth_date, l.address, l.phone) = 1
ORDER BY left_id, right_id;
