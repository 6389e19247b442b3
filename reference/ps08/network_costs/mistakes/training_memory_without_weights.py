"""The weights themselves, their gradients and the activations all take memory: one of these is missing."""

loses = ("memory_for_training",)

training_memory = "L n K"
