"""Try a single convolution with a kernel of one: it sees one value."""

loses = ("closed_form",)

receptive_field_width = r"\sum_{j=1}^{L} (K^{(j)} - 1) \prod_{i=1}^{j-1} S^{(i)}"
