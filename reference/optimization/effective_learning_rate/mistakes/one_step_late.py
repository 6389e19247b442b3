"""Delta starts at 0, so step t has t gradients in it, not t + 1."""

loses = ("at_step_t",)

rate_after = "gamma (1 - mu^(t+1))/(1 - mu)"
