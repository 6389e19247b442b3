"""This takes every step with the last momentum. The steps were taken with the momentum as it was at that time."""

loses = ("weight_after_t_updates",)

sgdm_weight = r"-\eta t c\frac{1-\beta^t}{1-\beta}"
