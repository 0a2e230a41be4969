"""Worklists: what to do next across all debtors, filtered, sorted and paged."""
