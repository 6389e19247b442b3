"""The correction divides by something that is not one. Put the first moment in and simplify."""

loses = ("corrected_first_moment",)

adam_corrected_momentum = r"c(1-\beta_1^t)"
