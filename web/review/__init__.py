"""Links that wait for a person: which, in which order, and what tells the two records apart."""
