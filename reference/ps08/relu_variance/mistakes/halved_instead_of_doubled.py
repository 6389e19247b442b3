"""The ReLU makes the sum smaller. Should the weights become smaller too, or larger?"""

loses = ("sigma_that_preserves",)

preserving_sigma = r"\sqrt{\frac{1}{2d}}"
