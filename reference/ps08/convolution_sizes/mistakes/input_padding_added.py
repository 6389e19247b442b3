"""With padding, a narrower input is enough for the same output."""

loses = ("smallest_width_of_the_input",)

smallest_input_width = r"S(W_{out}-1)+K+2P"
