-- The links that wait for a person, with what hangs on each, most pressing first: what can still be stopped, then what is worth most.
-- Made once per publication, when it is first asked for. Waiting are the probable ones; leads that a person could not tell or whose verdict lapsed; and leads in conflict: a
-- valid number agrees, the name does not. What a bank found by name alone, or under a number that was only asked, stays a lead (profiles/linked.sql).
CREATE OR REPLACE TABLE memory.main.review_queue AS
WITH waiting AS (
  SELECT link_id, debtor_id, source, record_id, tier, probability, verdict
  FROM link
  WHERE tier = 'probable'
     OR tier = 'possible' AND verdict IN ('unsure', 'lapsed')
     OR tier = 'possible' AND verdict IS NULL AND NOT regexp_matches(coalesce(reason, ''), '仅按姓名查得|按所查号码推定')
        AND list_has_any(json_extract_string(evidence, '$[*].level'), ['strong_equal', 'upgraded_equal'])),
pressing AS (SELECT debtor_id, asset_id FROM application WHERE can_be_stopped UNION SELECT debtor_id, asset_id FROM alert WHERE severity = 'urgent'),
resting AS (
  SELECT DISTINCT w.link_id, a.asset_id, coalesce(a.net_value, a.gross_value) AS worth, u.asset_id IS NOT NULL AS urgent
  FROM waiting w
  JOIN asset a ON a.debtor_id = w.debtor_id AND a.is_current AND a.handling <> 'not_an_asset'
  JOIN provenance p ON p.asset_id = a.asset_id AND p.source = w.source
                   AND (p.record_id = w.record_id OR starts_with(w.record_id, p.record_id || '/'))
  LEFT JOIN pressing u ON u.debtor_id = a.debtor_id AND u.asset_id = a.asset_id),
stake AS (
  SELECT link_id, count(*) AS assets, sum(worth) AS worth, count(*) FILTER (worth IS NULL) AS unknown, bool_or(urgent) AS urgent
  FROM resting GROUP BY link_id),
cases AS (
  SELECT debtor_id, list(case_no ORDER BY closed_at IS NOT NULL, filed_at DESC) AS case_nos, list(DISTINCT judge) FILTER (judge IS NOT NULL) AS judges
  FROM debtor_case SEMI JOIN waiting USING (debtor_id) GROUP BY debtor_id)
SELECT row_number() OVER (ORDER BY coalesce(s.urgent, false) DESC, s.worth DESC NULLS LAST, w.probability DESC, w.link_id) AS place,
       w.link_id, w.debtor_id, d.name, d.claim_balance, d.coverage_ratio, w.source, w.tier, w.verdict, w.probability,
       coalesce(s.assets, 0) AS assets, s.worth, coalesce(s.unknown, 0) AS unknown, coalesce(s.urgent, false) AS urgent, c.case_nos, c.judges
FROM waiting w
JOIN debtor d ON d.debtor_id = w.debtor_id
LEFT JOIN stake s ON s.link_id = w.link_id
LEFT JOIN cases c ON c.debtor_id = w.debtor_id
ORDER BY place;
