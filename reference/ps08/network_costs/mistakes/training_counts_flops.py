"""Only multiplications are asked: a multiplication with its addition is one of them, not two."""

loses = ("multiplications_of_training",)

training_multiplications = "6 n K^2 L"
