"""The mean of the difference vanishes because too large and too small cancel; distances do not cancel."""

loses = ("distance_with_correction",)

error_corrected = "0"
