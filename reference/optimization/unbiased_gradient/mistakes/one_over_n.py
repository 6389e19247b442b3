"""This is the chance of a point in a single draw; the mini-batch has K points."""

loses = ("chance",)

chance_of_a_point = "1/N"
