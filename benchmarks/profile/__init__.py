"""From linked records to published profiles, and reading them: how long, how much memory."""
