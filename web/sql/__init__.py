"""SQL of the pages, over a published database."""
