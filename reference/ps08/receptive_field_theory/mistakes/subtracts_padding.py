"""Padding makes the input wider; it does not change how far one output can see."""

loses = ("closed_form",)

receptive_field_width = r"1 + \sum_{j=1}^{L} (K^{(j)} - 1 - 2P^{(j)}) \prod_{i=1}^{j-1} S^{(i)}"
