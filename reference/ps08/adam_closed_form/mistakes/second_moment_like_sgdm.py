"""In Adam a new square comes in with a small weight, so that all weights together never exceed one."""

loses = ("second_moment",)

adam_second_moment = r"\frac{c^2(1-\beta_2^t)}{1-\beta_2}"
