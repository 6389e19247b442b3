"""This is how far the eigenvalues lie apart; their ratio is asked for."""

loses = (
    "in_eigenvalues",
    "of_a_diagonal_hessian",
    "of_a_coupled_hessian",
)

condition = "lambda_max - lambda_min"
condition_diagonal = 99
condition_coupled = 6
