"""The cross-entropy of one example is a single number, not one for each class, and it is then averaged."""

loses = ("loss",)

z11_shape = (4, 1000)
