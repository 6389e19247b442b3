"""Only the linear layers' outputs are counted; normalisation and ReLU give results of their own, which are kept too."""

loses = ("one_example", "batch", "four_examples")

activations_per_example = 1404
activations_of_batch = "1404 n"
activations_of_four = 5616
