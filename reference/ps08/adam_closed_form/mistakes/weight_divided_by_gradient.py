"""Each step divides by the root of the second moment, not by the second moment itself."""

loses = ("weight_after_t_updates",)

adam_weight = r"-\frac{\eta t}{c}"
