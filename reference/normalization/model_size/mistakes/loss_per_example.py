"""This is one loss for each example; averaging over the batch leaves less than that."""

loses = ("loss",)

z11_shape = (4,)
