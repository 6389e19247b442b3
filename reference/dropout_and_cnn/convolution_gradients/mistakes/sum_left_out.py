"""A weight is shared by all positions of the output, so its gradient collects a term from each of them."""

loses = ("gradient_of_a_weight", "gradient_of_the_bias")

weight_gradient = r"dy_{i,j}\, x_{i,j}"
bias_gradient = r"dy_{1,1}"
