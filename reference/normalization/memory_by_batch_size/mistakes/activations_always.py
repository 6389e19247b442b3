"""That activations need more is true of many networks in training, but not of every network and every batch size."""

loses = ("at_four", "in_general")

larger_at_four = "activations"
larger_in_general = "activations"
