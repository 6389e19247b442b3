"""This is the width for a stride of one."""

loses = ("width_of_the_output",)

output_width = "W_in + 2P - K + 1"
