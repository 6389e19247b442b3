"""Count the updates: with $t = 0$ none has happened, so the momentum is still zero."""

loses = ("momentum_after_t_updates",)

sgdm_momentum = r"c\frac{1-\beta^{t+1}}{1-\beta}"
