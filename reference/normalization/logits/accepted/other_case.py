# %% capitals
logits_are = "Z10"
logits_to_probabilities = "Softmax"
