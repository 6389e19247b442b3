"""Step t has t gradients in it: put t = 1 in, where the rate must be gamma."""

loses = ("at_step_t",)

rate_after = "gamma (1 - mu^(t-1))/(1 - mu)"
