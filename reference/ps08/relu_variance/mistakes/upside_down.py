"""With more inputs the sum has more terms. Check whether this sigma becomes smaller as it must."""

loses = ("sigma_that_preserves",)

preserving_sigma = r"\sqrt{d/2}"
