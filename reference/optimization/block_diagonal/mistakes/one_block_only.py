"""These are the products of a single block; there are two of them."""

loses = ("in_two_blocks",)

block_products = 8
