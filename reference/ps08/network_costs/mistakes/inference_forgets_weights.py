"""These are the activations alone. The weights take memory as well."""

loses = ("memory_for_inference",)

inference_memory = "2 n K"
