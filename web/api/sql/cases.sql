-- Cases that name the officer as judge, or were given to him.
SELECT DISTINCT case_no, judge FROM debtor_case WHERE judge = $name OR case_no IN (SELECT unnest($given::VARCHAR[])) ORDER BY case_no, judge;
