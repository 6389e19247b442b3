"""Neighbouring windows overlap. Try two convolutions with kernels of three and strides of one."""

loses = ("closed_form",)

receptive_field_width = r"\sum_{j=1}^{L} K^{(j)}"
