"""Adam is the one that needs more, so the ratio asked for is larger than one."""

loses = ("ratio_of_memories",)

memory_ratio = 0.5
