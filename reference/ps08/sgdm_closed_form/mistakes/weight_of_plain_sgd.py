"""This is plain gradient descent. With momentum, a gradient goes on acting in later updates."""

loses = ("weight_after_t_updates",)

sgdm_weight = r"-\eta c t"
