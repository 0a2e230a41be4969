-- Whom a number leads to, in any of its forms.
SELECT debtor_id, kind FROM memory.main.numbers WHERE key IN (SELECT unnest($forms)) ORDER BY kind, debtor_id LIMIT $most;
