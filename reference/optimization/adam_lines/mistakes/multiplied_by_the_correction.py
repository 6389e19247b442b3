"""The estimates are too small at first, since they start at 0: the correction makes them larger."""

loses = (
    "first_correction",
    "second_correction",
)

corrected_m = "m*(1 - beta_1^t)"
corrected_v = "v*(1 - beta_2^t)"
