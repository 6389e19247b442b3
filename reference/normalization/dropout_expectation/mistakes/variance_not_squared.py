"""A factor in front of a random variable comes out of its variance squared."""

loses = ("spread_with_correction",)

variance_corrected = "p S"
