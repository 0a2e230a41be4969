-- Everybody whom a delivered record names, as compared_party (staging.sql) tells it.
SELECT source || chr(31) || table_name || chr(31) || record_id || chr(31) || part || chr(31) || asked_debtor AS record_id,
       source, who.*
FROM compared_party('party');
