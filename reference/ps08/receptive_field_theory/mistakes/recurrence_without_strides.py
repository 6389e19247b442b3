"""Two neighbouring outputs look at places that are a stride apart, not one."""

loses = ("recurrence_of_widths",)

width_recurrence = r"W^{(l)} = W^{(l+1)} - 1 + K^{(l+1)}, \quad W^{(L)} = 1"
