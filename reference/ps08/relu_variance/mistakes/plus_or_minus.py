"""A standard deviation is not negative, so only one of these two is an answer."""

loses = ("sigma_that_preserves",)

preserving_sigma = r"\pm\sqrt{2/d}"
