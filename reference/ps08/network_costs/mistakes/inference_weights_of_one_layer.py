"""Activations are deleted on the way, but the weights of all layers stay: the next batch needs them again."""

loses = ("memory_for_inference",)

inference_memory = "K^2 + 2 n K"
