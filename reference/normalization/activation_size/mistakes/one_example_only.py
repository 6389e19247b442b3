"""This is the count for a single example; every example of the batch has its own activations."""

loses = ("batch", "four_examples")

activations_of_batch = "K"
activations_of_batch_in_numbers = 2212
activations_of_four = 2212
