"""The pages: each module has the routes of one, and a template of its name."""
