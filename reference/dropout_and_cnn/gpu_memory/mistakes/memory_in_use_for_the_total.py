"""The first of the two numbers is what is in use."""

loses = ("memory_of_the_gpu",)

gpu_total = 814
