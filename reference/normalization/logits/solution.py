"""The scores before normalisation are the logits; softmax makes them positive and sum to 1."""

logits_are = "z10"
logits_to_probabilities = "softmax"
