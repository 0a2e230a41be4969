"""Data Docs: suites and results as pages for the operator's browser, readable without a server and without a network.

Great Expectations' own pages are not used; docs/decisions/2026-11-26-data-docs-of-our-own.md says why.
"""
