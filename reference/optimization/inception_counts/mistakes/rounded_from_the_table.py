"""This number is rounded, with K read from a table; compute it from the filter sizes."""

loses = (
    "parameters_of_a",
    "parameters_of_b",
    "first_layer",
    "operations_of_the_first_layer",
    "operations_of_a",
)

weights_a = 159000
weights_b = 380000
weights_stem = 2700
products_stem = 34000000
products_a = 128000000
