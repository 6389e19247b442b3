"""The factor of the correction is missing here: it makes up for the inputs that are dropped."""

loses = ("expected_with_correction", "spread_with_correction")

mean_corrected = "(1 - p) y"
variance_corrected = "p (1 - p) S"
