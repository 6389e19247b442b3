"""Check the sign: a positive gradient makes the weight smaller."""

loses = ("weight_after_t_updates",)

sgdm_weight = r"\frac{\eta c}{1-\beta}\left(t+1-\frac{1-\beta^{t+1}}{1-\beta}\right)"
