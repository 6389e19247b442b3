"""w has a row for each input i and a column for each output j."""

loses = ("shape",)

shape_of_weights = (3, 5)
