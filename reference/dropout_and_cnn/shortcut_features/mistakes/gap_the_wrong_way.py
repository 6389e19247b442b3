"""Compare the two differences: accuracy with the shortcut minus accuracy without it, for each network."""

loses = ("which_relies_more",)

larger_gap = "dropout"
