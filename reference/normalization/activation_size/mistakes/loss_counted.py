"""The loss is counted as an activation; the count ends with the output of the last linear layer."""

loses = ("four_examples",)

activations_of_four = 8849
