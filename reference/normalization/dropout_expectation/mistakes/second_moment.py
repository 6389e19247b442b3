"""This is the mean of the squares; the variance is less by the square of the mean."""

loses = ("spread_with_correction",)

variance_corrected = r"\frac{S}{1-p}"
