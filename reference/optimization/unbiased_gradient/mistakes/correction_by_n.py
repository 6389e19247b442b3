"""Nearly: try N = 2 and K = 1, where both variances must be the same."""

loses = ("variance_without_replacement",)

variance_distinct = r"\frac{\sigma^2}{K}\frac{N-K}{N}"
