"""The activations of all layers must stay, but the derivative that travels backwards is used by one layer and can then
be dropped.
"""

loses = ("memory_for_training",)
keeps = {"memory_for_training": 1}

training_memory = "2 L K^2 + 2 L n K"
