"""This is the factor of a running average; here the gradient is added in full, not with the weight 1 - mu."""

loses = (
    "at_step_t",
    "in_the_limit",
)

rate_after = "gamma (1 - mu^t)"
rate_limit = "gamma"
