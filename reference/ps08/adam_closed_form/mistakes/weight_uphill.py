"""Check the sign: a positive gradient makes the weight smaller."""

loses = ("weight_after_t_updates",)

adam_weight = r"\eta t"
