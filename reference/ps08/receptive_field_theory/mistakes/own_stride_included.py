"""A kernel is spread out by the strides of the convolutions before it, not by its own. Try a single convolution."""

loses = ("closed_form",)

receptive_field_width = r"1 + \sum_{j=1}^{L} (K^{(j)} - 1) \prod_{i=1}^{j} S^{(i)}"
