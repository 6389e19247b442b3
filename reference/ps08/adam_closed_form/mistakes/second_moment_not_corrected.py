"""The correction divides by something that is not one. Put the second moment in and simplify."""

loses = ("corrected_second_moment",)

adam_corrected_second_moment = r"c^2(1-\beta_2^t)"
