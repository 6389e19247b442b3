"""This is the forward pass alone. The backward pass multiplies matrices too."""

loses = ("multiplications_of_training",)

training_multiplications = "n K^2 L"
