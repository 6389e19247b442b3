"""Check which layer the kernel and the stride belong to: what leads from layer l to layer l + 1 is convolution number l
+ 1.
"""

loses = ("recurrence_of_widths",)

width_recurrence = r"W^{(l)} = S^{(l)} (W^{(l+1)} - 1) + K^{(l)}, \quad W^{(L)} = 1"
