"""SQL of the API."""
