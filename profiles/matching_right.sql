-- Everybody whom a delivered record names. The same thing told twice to the same question is one candidate.
WITH told AS (
    SELECT source, table_name, record_id, part, coalesce(only_debtor_id, '') AS asked_debtor,
           min({'party_type': party_type, 'name': name, 'former_name': former_name, 'id_type': nullif(id_type, 'asked'), 'id_number': id_number,
                'birth_date': CAST(birth_date AS VARCHAR), 'sex': sex, 'address': address, 'phone': phone}) AS who
    FROM party
    WHERE name IS NOT NULL OR id_number IS NOT NULL
    GROUP BY ALL)
SELECT source || chr(31) || table_name || chr(31) || record_id || chr(31) || part || chr(31) || asked_debtor AS record_id,
       source, who.*
FROM told;
