"""Knows the order of the steps, for one submission and for a class."""
