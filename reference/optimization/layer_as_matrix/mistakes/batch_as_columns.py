"""This is the form for examples as columns; here they are rows."""

loses = ("form_for_a_batch",)

batch_form = "d"
