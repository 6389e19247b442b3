"""Additions are counted as well; multiplications are asked for."""

loses = (
    "operations_of_a",
    "operations_of_the_first_layer",
)

products_a = 256098304
products_stem = 236027904
