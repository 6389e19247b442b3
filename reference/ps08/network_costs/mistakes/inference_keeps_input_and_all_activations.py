"""During inference nobody comes back to an activation once the next one has been computed. How many must be there at
the same time?
"""

loses = ("memory_for_inference",)

inference_memory = "L K^2 + (L+1) n K"
