"""This holds when all strides are one. After a stride, neighbouring values of a layer are further apart in the input."""

loses = ("closed_form",)

receptive_field_width = r"1 + \sum_{j=1}^{L} (K^{(j)} - 1)"
