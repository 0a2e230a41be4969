"""Who is meant: an index of one publication's names and numbers, tolerant of how people type."""
