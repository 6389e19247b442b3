"""Windows of neighbouring outputs overlap, so the widths do not multiply. Try two convolutions with kernels of three
and strides of one.
"""

loses = ("closed_form",)

receptive_field_width = r"\prod_{j=1}^{L} K^{(j)}"
