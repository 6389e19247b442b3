"""The correction is missing: what is kept is scaled up."""

loses = ("with_correction",)

corrected_output = 8
