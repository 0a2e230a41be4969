"""Compiles a contract to the SQL of its row filter: `tables.compile_table` is the way in, `row_filter` runs it."""
