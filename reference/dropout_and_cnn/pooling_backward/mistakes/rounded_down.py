"""Indices start at 1, so the first block holds i = 1 and i = 2; check i = 1."""

from sympy import floor, symbols

loses = ("block_of_an_entry",)

i = symbols("i", positive=True)
block_row = floor(i / 2)
