"""Padding is added on either side of the signal."""

loses = ("width_of_the_output",)

output_width = r"\left\lfloor\frac{W_{in}+P-K}{S}\right\rfloor+1"
output_width_when_divisible = r"\frac{W_{in}+P-K}{S}+1"
