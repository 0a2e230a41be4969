"""What the engine is measured against.

Nothing here imports more than duckdb and pyarrow beside the peer itself: it also runs in the peer's own environment.
"""
