"""With stride one there are this many places; but of these the first one is always kept, and only the rest is thinned
out by the stride.
"""

loses = ("width_of_the_output",)

output_width = r"\frac{W_{in}+2P-K+1}{S}"
