"""A constant rate does not vanish, but adding a constant for ever gives an infinite sum."""

loses = ("constant_rate",)

constant_diverges = "no"
