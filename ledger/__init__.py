"""What people write: verdicts, releases, decisions on quarantined rows, the audit log; accounts and their sessions.
A court must be able to look back, so rows of what was decided or done are added and never changed.

SQLite beside the store by default, PostgreSQL by URL (`database.url_of`). Holds ids, digests and what an officer typed
as a reason; of officers the name, of debtors neither name nor number nor account. Nothing is imported here: SQLAlchemy
costs a fifth of a second, and most commands need no ledger.
"""
