"""Without bias correction this would be the first step; Adam corrects both moments before it."""

loses = ("first_move",)

first_step = "alpha*(1 - beta_1)/sqrt(1 - beta_2)"
