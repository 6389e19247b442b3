"""The inputs that are dropped and those that are kept are the wrong way round."""

loses = ("without_correction", "with_correction")

dropped_output = 24
corrected_output = 96
