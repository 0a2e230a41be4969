"""The speed of taking deliveries in, beside the fastest plain reader of each format."""
