"""Try K = N: then every mini-batch is the whole data set, and nothing varies."""

loses = ("variance_without_replacement",)

variance_distinct = r"\frac{\sigma^2}{K}"
