"""The ``chakong`` command. Each part is imported only when its command runs, so that ``--help`` answers at once."""
