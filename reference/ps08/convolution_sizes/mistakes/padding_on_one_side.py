"""Padding is added on either side of the signal."""

loses = ("width_of_the_output",)

output_width = r"\left\lfloor\frac{W_{in}+P-K}{S}\right\rfloor+1"
