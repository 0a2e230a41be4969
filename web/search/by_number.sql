-- Whom a number leads to, in any of its forms: who bears it himself before who holds something of it.
SELECT debtor_id, kind FROM numbers WHERE key IN (SELECT unnest($forms))
ORDER BY kind <> 'id_number', kind NOT IN ('former_id_number', 'debtor_id'), kind, debtor_id LIMIT $most;
