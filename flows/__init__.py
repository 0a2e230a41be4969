"""The only importer of Prefect: thin flows and tasks around `flows.steps`, which are plain functions.

nightly   one parent flow per night; one task per source, then one publishing task
evening   the inquiry list of the evening
check     look again at one debtor, on demand
"""
