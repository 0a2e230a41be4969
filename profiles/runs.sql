-- The runs that led to this database, this one included. A repeated run of the same id replaces its row.
CREATE OR REPLACE TABLE run AS
SELECT * FROM previous_run WHERE run_id <> getvariable('run_id')
UNION ALL BY NAME
SELECT getvariable('run_id')::VARCHAR AS run_id, getvariable('business_date')::DATE AS run_date, getvariable('started_at')::TIMESTAMP AS started_at,
       greatest(getvariable('started_at')::TIMESTAMP, (current_timestamp AT TIME ZONE 'UTC' + INTERVAL 8 HOUR)::TIMESTAMP) AS finished_at,
       getvariable('code_version')::VARCHAR AS code_version, getvariable('model_version')::VARCHAR AS model_version,
       coalesce(getvariable('is_incremental')::BOOLEAN, false) AS is_incremental;
