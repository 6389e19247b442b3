"""The question only asks which batch sizes were trained at all."""

loses = ("largest_that_fits",)

largest_batch = 64
