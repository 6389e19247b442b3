"""Normalisation computes a mean on the way but returns an array of the same shape as its input."""

loses = ("first_block", "second_block", "third_block")

z2_shape = (4, 1)
z5_shape = (4, 1)
z8_shape = (4, 1)
