"""The first of the outputs sees a kernel; only each further one adds a stride."""

loses = ("recurrence_of_widths",)

width_recurrence = r"W^{(l)} = S^{(l+1)} W^{(l+1)} + K^{(l+1)}, \quad W^{(L)} = 1"
