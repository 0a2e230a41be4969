-- The delivered record that the link $link rests on, as far as an asset of the debtor came of it.
SELECT p.source, p.business_date, p.file, p.file_sha256, p.table_name, p.row_no
FROM link l
JOIN asset a ON a.debtor_id = l.debtor_id
JOIN provenance p ON p.asset_id = a.asset_id AND p.source = l.source
                 AND (p.record_id = l.record_id OR starts_with(l.record_id, p.record_id || '/'))
WHERE l.link_id = $link
ORDER BY p.is_winner DESC, p.business_date DESC, p.row_no LIMIT 1
