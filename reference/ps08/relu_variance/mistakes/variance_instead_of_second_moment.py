"""After the ReLU the inputs no longer have mean zero. In the variance of a product it is the second moment of an input
that counts, not its variance.
"""

loses = ("variance_of_the_sum",)

output_variance = r"d \sigma^2 \frac{\pi - 1}{2\pi}"
