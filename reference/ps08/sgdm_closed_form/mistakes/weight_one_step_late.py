"""Count the updates: with $t = 0$ none has happened, so the weight is still zero, and after one update it has moved
once.
"""

loses = ("weight_after_t_updates",)

sgdm_weight = r"-\frac{\eta c}{1-\beta}\left(t+2-\frac{1-\beta^{t+2}}{1-\beta}\right)"
