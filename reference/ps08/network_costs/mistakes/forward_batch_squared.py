"""The examples of a mini-batch are never multiplied with each other; check how the cost should change when the batch
doubles.
"""

loses = ("multiplications_of_a_forward_pass",)

forward_multiplications = "n^2 K L"
