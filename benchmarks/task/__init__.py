"""The labelled Chinese task: people and firms of one county, what the registers hold of them, and what went wrong."""
