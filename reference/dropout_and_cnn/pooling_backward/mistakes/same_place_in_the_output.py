"""The output is half as large as the image, so the indices of the two cannot be the same."""

loses = ("block_of_an_entry", "gradient_of_max_pooling", "gradient_of_average_pooling")

block_row = "i"
max_pool_gradient = r"M_{i,j}\, dy_{i,j}"
average_pool_gradient = r"\frac14 dy_{i,j}"
