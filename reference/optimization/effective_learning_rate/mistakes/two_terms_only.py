"""These are the first two terms of a sum that goes on: the momentum is applied again in every step."""

loses = ("in_the_limit",)

rate_limit = "gamma (1 + mu)"
