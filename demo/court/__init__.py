"""The court's own system: which cases there are, against whom, and what has been done in them."""
