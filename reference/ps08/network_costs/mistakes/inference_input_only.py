"""While a layer computes, what it reads is still needed and what it writes is already there."""

loses = ("memory_for_inference",)

inference_memory = "L K^2 + n K"
