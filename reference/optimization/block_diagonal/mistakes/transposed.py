"""The matrix enters transposed: its rows belong to the inputs, its columns to the outputs."""

loses = (
    "whole_shape",
    "block_shape",
)

shape_of_w = (4, 8)
shape_of_block = (2, 4)
