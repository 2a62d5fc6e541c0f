"""Paths in, results out. Grades submissions, one or many, and knows nothing of gradebooks, pages or exports."""
