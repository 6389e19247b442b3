"""When the last step does not fit any more, it is not taken. Which way does that round?"""

loses = ("width_of_the_output",)

output_width = r"\left\lceil\frac{W_{in}+2P-K}{S}\right\rceil+1"
