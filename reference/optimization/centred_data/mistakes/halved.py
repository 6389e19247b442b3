"""The half in front of the error cancels against the 2 that the square brings down."""

loses = (
    "before_centring",
    "after_centring",
)

hessian_raw = [[5, 1.5], [1.5, 0.5]]
hessian_centred = [[0.5, 0], [0, 0.5]]
