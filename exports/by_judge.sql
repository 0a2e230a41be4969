-- One row per judge: open cases, and the alerts of his cases by severity. A case without a judge is counted under null.
WITH judged AS (SELECT DISTINCT case_no, judge, closed_at FROM debtor_case),
raised AS (SELECT case_no, severity, count(*) AS alerts FROM alert WHERE case_no IS NOT NULL GROUP BY ALL)
SELECT j.judge, count(DISTINCT j.case_no) FILTER (j.closed_at IS NULL) AS open_cases,
       coalesce(sum(r.alerts) FILTER (r.severity = 'urgent'), 0)::BIGINT AS urgent,
       coalesce(sum(r.alerts) FILTER (r.severity = 'high'), 0)::BIGINT AS high,
       coalesce(sum(r.alerts) FILTER (r.severity = 'normal'), 0)::BIGINT AS normal
FROM judged j LEFT JOIN raised r ON r.case_no = j.case_no
GROUP BY j.judge ORDER BY urgent DESC, high DESC, normal DESC, j.judge
