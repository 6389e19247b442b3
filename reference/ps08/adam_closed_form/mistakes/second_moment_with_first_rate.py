"""The second moment has a decay rate of its own."""

loses = ("second_moment",)

adam_second_moment = r"c^2(1-\beta_1^t)"
