"""This multiplies by the probability of keeping an input; the correction makes the kept inputs larger, not smaller."""

loses = ("with_correction",)

corrected_output = 2
