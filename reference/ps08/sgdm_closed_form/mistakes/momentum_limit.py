"""This is where the momentum ends up after very many updates. It starts at zero and depends on t."""

loses = ("momentum_after_t_updates",)

sgdm_momentum = r"\frac{c}{1-\beta}"
