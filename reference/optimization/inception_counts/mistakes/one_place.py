"""This is the count for one place; every weight is used once for each place of the output."""

loses = (
    "operations_of_a",
    "operations_of_the_first_layer",
)

products_a = 163328
products_stem = 9408
