"""Hostile submissions, graded for real, in a real browser: ``make test-browser``."""
