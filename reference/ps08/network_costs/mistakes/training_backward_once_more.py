"""The two products of the backward pass are counted for a single layer only. Each layer needs both."""

loses = ("multiplications_of_training",)

training_multiplications = "n K^2 L + 2 n K^2"
