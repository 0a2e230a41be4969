"""One SQL file per source: from the agency's tables (views ``<source>__<table>``) into the canonical staging tables."""
