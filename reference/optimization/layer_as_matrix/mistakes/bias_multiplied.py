"""The bias is added to the weighted sum; it is not multiplied by the weights."""

loses = ("form_for_a_vector",)

matrix_form = "d"
