"""Notebooks on disk: reading them, restoring submissions, regenerating releases. Runs no code and grades nothing."""
