"""The gradients of earlier steps add up, so the effective rate is larger than gamma, not smaller."""

loses = (
    "at_step_t",
    "in_the_limit",
    "with_momentum_09",
    "with_momentum_099",
)

rate_after = r"\gamma (1-\mu)(1-\mu^t)"
rate_limit = r"\gamma (1-\mu)"
times_at_09 = 0.1
times_at_099 = 0.01
