"""Padding makes the input wider; it does not change how far one output can see."""

loses = ("recurrence_of_widths",)

width_recurrence = r"W^{(l)} = S^{(l+1)} (W^{(l+1)} - 1) + K^{(l+1)} - 2P^{(l+1)}, \quad W^{(L)} = 1"
