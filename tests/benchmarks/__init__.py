"""Measurements, not tests: run by ``make bench``, judged by nobody's clock."""
