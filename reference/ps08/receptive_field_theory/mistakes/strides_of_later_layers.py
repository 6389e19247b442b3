"""A kernel is spread out by the strides between it and the input, not by those between it and the output."""

loses = ("closed_form",)

receptive_field_width = r"1 + \sum_{j=1}^{L} (K^{(j)} - 1) \prod_{i=j+1}^{L} S^{(i)}"
