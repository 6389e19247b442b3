"""Compare batch size and memory in the same record."""

loses = ("memory_of_each_batch",)

memory_4, memory_16, memory_64, memory_256 = 1624, 2738, 1706, 8744
