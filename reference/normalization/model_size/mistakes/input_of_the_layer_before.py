"""This is what the layer before takes; a layer takes what the layer before it gives."""

loses = ("first_linear_fits", "third_linear_fits")

linear1_out = 52
linear3_in = 128
