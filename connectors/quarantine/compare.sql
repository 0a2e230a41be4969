-- Rows refused in one reading of a delivery and not in the other.
SELECT count(*) FROM read_parquet($one) o
ANTI JOIN read_parquet($other) p ON p.file = o.file AND p.table_name = o.table_name AND p.row_no = o.row_no
