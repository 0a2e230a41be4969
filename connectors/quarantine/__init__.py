"""What was not taken, as a person works on it: look at it (`rows`), have it read again from the archive (`replay`)."""
