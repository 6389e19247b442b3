"""The sum runs over the first index of w; a matrix times a column sums over the second."""

loses = ("form_for_a_vector",)

matrix_form = "a"
