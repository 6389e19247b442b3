"""A kept input is off as well once it is corrected: it is too large. Take the mean over both cases."""

loses = ("distance_with_correction",)

error_corrected = "p x"
