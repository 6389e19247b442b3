"""This is the widest input with this output: one more would give another output. The narrowest is asked."""

loses = ("smallest_width_of_the_input",)

smallest_input_width = r"S W_{out} + K - 2P - 1"
