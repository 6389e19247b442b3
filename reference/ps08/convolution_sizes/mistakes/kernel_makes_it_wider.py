"""A larger kernel fits at fewer places, so it must make the output narrower."""

loses = ("width_of_the_output",)

output_width = r"\left\lfloor\frac{W_{in}+2P+K}{S}\right\rfloor+1"
output_width_when_divisible = r"\frac{W_{in}+2P+K}{S}+1"
