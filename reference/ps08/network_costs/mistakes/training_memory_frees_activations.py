"""The derivative with respect to a weight matrix uses the input of its layer, so the forward activations cannot be
freed before the backward pass has come by.
"""

loses = ("memory_for_training",)

training_memory = "2 L K^2 + 2 n K"
