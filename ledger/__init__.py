"""What people write. Now: verdicts on links; audit, measures and users join them. A court must be able to look back, so
rows are added and never changed.

SQLite beside the store by default, PostgreSQL by URL (`database.url_of`). Holds ids, digests and what an officer typed
as a reason; never a name, a number of a person or an account. Nothing is imported here: SQLAlchemy costs a fifth of a
second, and most commands need no ledger.
"""
