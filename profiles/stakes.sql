-- What hangs on the link $link: the debtor's assets that rest on its record, and for each how many other links hold it.
-- The party of a link stands in the record itself, or in a child of it whose key begins with the record's.
WITH wanted AS (SELECT link_id, debtor_id, source, record_id FROM link WHERE link_id = $link),
own AS (SELECT a.* FROM asset a JOIN wanted w ON w.debtor_id = a.debtor_id),
resting AS (SELECT DISTINCT p.asset_id, p.source, p.record_id FROM provenance p SEMI JOIN own ON own.asset_id = p.asset_id),
held AS (
  SELECT r.asset_id, l.link_id, l.tier, l.verdict
  FROM link l
  JOIN wanted w ON w.debtor_id = l.debtor_id
  JOIN resting r ON r.source = l.source AND (r.record_id = l.record_id OR starts_with(l.record_id, r.record_id || '/')))
SELECT o.asset_id, o.kind, o.identifier, o.title, o.location, o.detail, o.tier, o.handling, o.is_current, o.net_value, o.gross_value, o.share,
       o.source, o.business_date, o.file, o.file_sha256, o.table_name, o.row_no,
       (SELECT count(*) FROM held h WHERE h.asset_id = o.asset_id AND h.link_id <> $link AND h.tier = 'confirmed') AS confirmed_by_others,
       (SELECT count(*) FROM held h WHERE h.asset_id = o.asset_id AND h.link_id <> $link AND h.tier IN ('confirmed', 'probable')) AS held_by_others,
       EXISTS (FROM application p WHERE p.asset_id = o.asset_id AND p.debtor_id = o.debtor_id AND p.can_be_stopped) AS can_be_stopped
FROM own o
WHERE EXISTS (FROM held h WHERE h.asset_id = o.asset_id AND h.link_id = $link)
ORDER BY o.is_current DESC, coalesce(o.net_value, o.gross_value) DESC NULLS LAST, o.asset_id
