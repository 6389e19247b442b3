"""Subtract the two seconds again, column by column."""

loses = ("duration_of_batch_16", "shortest_time")

duration_16 = 220
fastest_batch = 16
