-- Single rows without their text, oldest first; $skip and $size are one page of them.
SELECT row_id, source, table_name, file, row_no, reasons, fields, since, delivery_id, origin, waiver_id, count(*) OVER () AS total
FROM quarantine_chosen
ORDER BY since, source, file, table_name, row_no
LIMIT $size OFFSET $skip
