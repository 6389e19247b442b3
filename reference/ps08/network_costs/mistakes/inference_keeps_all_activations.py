"""During inference nobody comes back to an activation once the next one has been computed, so it need not be kept."""

loses = ("memory_for_inference",)

inference_memory = "L K^2 + L n K"
