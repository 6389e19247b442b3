"""This moves with the final momentum from the first update on. The momentum has to build up first."""

loses = ("weight_after_t_updates",)

sgdm_weight = r"-\frac{\eta c t}{1-\beta}"
