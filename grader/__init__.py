"""Grades machine-learning problem sets, theory and code."""
