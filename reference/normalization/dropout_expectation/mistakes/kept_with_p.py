"""p is the probability of dropping an input; it is kept with the other probability."""

loses = ("expected_without_correction", "distance_without_correction")

mean_dropped = "p y"
error_dropped = "(1 - p) x"
