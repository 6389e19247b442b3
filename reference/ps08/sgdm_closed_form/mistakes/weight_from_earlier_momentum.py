"""The weight moves by the momentum after the update, not by the one before it."""

loses = ("weight_after_t_updates",)

sgdm_weight = r"-\eta c \sum_{k=0}^{t-1} \frac{1-\beta^k}{1-\beta}"
