"""The learning rate multiplies the gradient and the decay alike; it does not appear in the comparison."""

loses = ("decay_for_penalty",)

equal_decay = "2 lambda gamma"
