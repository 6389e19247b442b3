"""The sum starts one power too late: the newest gradient enters Delta with the factor 1."""

loses = (
    "at_step_t",
    "in_the_limit",
    "with_momentum_09",
    "with_momentum_099",
)

rate_after = "gamma mu (1 - mu^t)/(1 - mu)"
rate_limit = "gamma mu/(1 - mu)"
times_at_09 = 9
times_at_099 = 99
