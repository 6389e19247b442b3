"""Count the updates: with $t = 0$ none has happened, so the moment is still zero."""

loses = ("second_moment",)

adam_second_moment = r"c^2(1-\beta_2^{t+1})"
