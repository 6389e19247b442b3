"""The steps are not all as long as the last one: they have to be summed."""

loses = ("way_of_t_steps",)

moved_after = "gamma t (1 - mu^t)/(1 - mu)"
