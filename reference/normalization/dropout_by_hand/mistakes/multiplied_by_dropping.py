"""This multiplies by the probability of dropping; the correction divides by the probability of keeping."""

loses = ("with_correction",)

corrected_output = 6
