"""This is a separable convolution, each channel filtered by itself first; a plain one connects all channels."""

loses = (
    "first_layer",
    "operations_of_the_first_layer",
)

weights_stem = 2712
products_stem = "112*112*2712"
