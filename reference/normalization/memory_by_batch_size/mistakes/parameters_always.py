"""At a small batch size this holds, but one of the two grows with the batch and the other does not."""

loses = ("in_general",)

larger_in_general = "parameters"
