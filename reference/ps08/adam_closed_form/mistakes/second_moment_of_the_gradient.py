"""The second moment averages the squares of the gradients."""

loses = ("second_moment",)

adam_second_moment = r"c(1-\beta_2^t)"
