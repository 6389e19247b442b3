"""The second derivatives are summed over the data points; this error is a mean, with a half in front."""

loses = (
    "before_centring",
    "after_centring",
)

hessian_raw = [[20, 6], [6, 2]]
hessian_centred = [[2, 0], [0, 2]]
