"""Ground floor of Chakong: errors, settings, store layout, DuckDB sessions. Imports nothing of ours."""
