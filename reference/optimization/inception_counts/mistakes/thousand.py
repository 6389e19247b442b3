"""Divide the exact numbers by both: only one of them gives the two entries of the table."""

loses = ("unit",)

what_is_k = "1000"
