"""Averaging K draws makes the variance smaller."""

loses = ("variance_with_replacement",)

variance_replaced = r"\sigma^2"
