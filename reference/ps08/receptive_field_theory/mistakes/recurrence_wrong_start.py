"""Start with one output of the last convolution."""

loses = ("recurrence_of_widths",)

width_recurrence = r"W^{(l)} = S^{(l+1)} (W^{(l+1)} - 1) + K^{(l+1)}, \quad W^{(L)} = 0"
