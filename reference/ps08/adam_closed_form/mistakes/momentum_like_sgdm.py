"""In Adam a new gradient comes in with a small weight, so that all weights together never exceed one."""

loses = ("first_moment",)

adam_momentum = r"\frac{c(1-\beta_1^t)}{1-\beta_1}"
