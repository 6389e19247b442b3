"""A column cannot stand on the left of this product: the shapes do not match."""

loses = ("form_for_a_vector",)

matrix_form = "c"
