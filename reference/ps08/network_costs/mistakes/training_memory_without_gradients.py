"""Each weight has a gradient of the same shape, and the optimiser needs it after the backward pass."""

loses = ("memory_for_training",)

training_memory = "L K^2 + L n K"
