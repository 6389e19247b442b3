"""With a single output the input is as wide as the kernel, less the padding. The stride matters only from the second
output on.
"""

loses = ("smallest_width_of_the_input",)

smallest_input_width = r"S W_{out} + K - 2P"
