"""Padding is added on either side of the signal."""

loses = ("smallest_width_of_the_input",)

smallest_input_width = r"S(W_{out}-1)+K-P"
