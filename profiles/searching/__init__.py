"""What a debtor is found by: an index of names and numbers, published beside the views for whoever searches."""
