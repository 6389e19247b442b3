"""With alternating signs the earlier gradients work against the newest one."""

loses = ("alternating",)

rate_alternating = "gamma/(1 - mu)"
