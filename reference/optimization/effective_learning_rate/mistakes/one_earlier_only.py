"""Only the gradient before is taken into account; all earlier ones take part, with alternating signs."""

loses = ("alternating",)

rate_alternating = "gamma (1 - mu)"
