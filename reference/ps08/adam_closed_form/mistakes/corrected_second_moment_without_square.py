"""The second moment averages the squares of the gradients, and the correction does not change that."""

loses = ("corrected_second_moment",)

adam_corrected_second_moment = "c"
