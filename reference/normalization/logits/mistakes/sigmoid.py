"""A sigmoid treats each class by itself, so the results need not sum to 1 over classes that exclude each other."""

loses = ("names_the_function",)

logits_to_probabilities = "sigmoid"
