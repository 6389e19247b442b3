"""The ratio is asked without the weights, which a model has anyway."""

loses = ("ratio_of_memories",)

memory_ratio = 1.5
