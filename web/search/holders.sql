-- Who bears the names at these places, in their order.
SELECT h.debtor_id, CASE WHEN h.kind = 'name' THEN 'near' ELSE h.kind END, h.key
FROM (SELECT unnest($places) AS place, generate_subscripts($places, 1) AS nth) wanted JOIN holders h USING (place)
ORDER BY wanted.nth, h.kind <> 'name', h.kind, h.debtor_id;
