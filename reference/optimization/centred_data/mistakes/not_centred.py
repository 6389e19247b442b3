"""Subtract the mean of the inputs first; the coupling then vanishes."""

loses = (
    "after_centring",
    "condition_after",
)

hessian_centred = [[10, 3], [3, 1]]
condition_centred = "(11 + 3*sqrt(13))/(11 - 3*sqrt(13))"
