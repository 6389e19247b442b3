"""This is the reciprocal: a condition number is at least 1, and larger where it is worse."""

loses = (
    "in_eigenvalues",
    "of_a_diagonal_hessian",
    "of_a_coupled_hessian",
)

condition = "lambda_min/lambda_max"
condition_diagonal = 0.01
condition_coupled = 0.25
