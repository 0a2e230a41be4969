"""Law and practice as data: protected accounts, and what may be ordered per kind of asset."""
