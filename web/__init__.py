"""The console: web pages over the published profile database, with the ledger beside it. `app.create_app` makes it.

It reads what is published and writes to the ledger alone; it changes nothing of a night. It asks nothing of the
outside: pages, styles and scripts come from this package."""
