"""Slope and offset both shift the output: their mixed derivative is not 0 while the inputs have a mean."""

loses = (
    "before_centring",
    "condition_before",
)

hessian_raw = [[10, 0], [0, 1]]
condition_raw = 10
