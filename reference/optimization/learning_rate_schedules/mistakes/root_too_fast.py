"""This rate falls more slowly than 1/t, so its sum is larger still."""

loses = ("inverse_root_rate",)

root_diverges = "no"
