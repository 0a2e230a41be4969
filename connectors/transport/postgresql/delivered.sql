-- What the agency says it finished, newest night first.
SELECT business_date, mode, table_name, rows, extracted_at, data_as_of
FROM {delivery}
WHERE business_date IS NOT NULL
ORDER BY business_date DESC, table_name
