"""The input of the network is counted as well; it is given, not an intermediate result."""

loses = ("one_example", "batch", "four_examples")

activations_per_example = 2264
activations_of_batch = "2264 n"
activations_of_four = 9056
