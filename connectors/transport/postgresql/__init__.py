"""``postgresql://``: views of a register that a site reads directly, as the agreement `enterprises` describes it.

session      one read-only connection, and what its errors mean
nights       the nights that the agency has finished, and what a reading of the last one must bring
extract      all tables of one snapshot as the agreed ZIP of CSVs, page by page
transport    the extract as a file with control file of its business date
"""
