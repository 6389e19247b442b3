"""Dividing counts the steps between outputs. How many outputs are there when no step fits at all?"""

loses = ("width_of_the_output",)

output_width = r"\left\lfloor\frac{W_{in}+2P-K}{S}\right\rfloor"
output_width_when_divisible = r"\frac{W_{in}+2P-K}{S}"
