"""Each block sees its own half of the inputs only, and gives its own half of the outputs."""

loses = (
    "in_two_blocks",
    "block_shape",
    "in_equal_blocks",
)

shape_of_block = (8, 2)
block_products = 32
products_with_blocks = "d*h"
