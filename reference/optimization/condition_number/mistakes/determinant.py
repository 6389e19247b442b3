"""This is the product of the eigenvalues, the determinant; the condition number compares them."""

loses = (
    "in_eigenvalues",
    "of_a_coupled_hessian",
)

condition = "lambda_max*lambda_min"
condition_coupled = 16
