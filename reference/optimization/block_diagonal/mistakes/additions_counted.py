"""Additions are counted as well; multiplications are asked for."""

loses = (
    "dense",
    "in_two_blocks",
)

dense_products = 64
block_products = 32
