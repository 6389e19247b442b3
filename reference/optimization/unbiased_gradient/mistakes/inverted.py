"""This is larger than 1 for a mini-batch smaller than the data; a probability is not."""

loses = ("chance",)

chance_of_a_point = "N/K"
