-- Whom one of these ID numbers leads to. Of people and firms only: a slip in any of a million accounts would name somebody.
SELECT debtor_id FROM id_numbers WHERE key IN (SELECT unnest($forms)) ORDER BY key, debtor_id LIMIT $most;
