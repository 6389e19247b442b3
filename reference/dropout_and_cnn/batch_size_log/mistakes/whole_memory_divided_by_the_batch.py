"""Part of the memory is needed for any batch; look at how much it grows between the two batch sizes."""

loses = ("memory_of_one_example",)

memory_per_example = 34.15625
