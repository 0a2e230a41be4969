"""The profile database: what each debtor owns, why we believe it, what stands before us, and what to do next."""
