"""This is what one layer costs. All layers take part, forward and backward."""

loses = ("multiplications_of_training",)

training_multiplications = "3 n K^2"
