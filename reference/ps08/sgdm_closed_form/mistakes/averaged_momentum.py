"""This is an exponential average. In the update above, the gradient comes in with its full weight."""

loses = ("momentum_after_t_updates",)

sgdm_momentum = r"c(1-\beta^t)"
