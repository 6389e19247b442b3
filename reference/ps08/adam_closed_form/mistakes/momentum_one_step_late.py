"""Count the updates: with $t = 0$ none has happened, so the moment is still zero."""

loses = ("first_moment",)

adam_momentum = r"c(1-\beta_1^{t+1})"
