"""Only multiplications are asked: a multiplication with its addition is one of them, not two."""

loses = ("multiplications_of_a_forward_pass",)

forward_multiplications = "2 n K^2 L"
