"""This is the factor of the error, which is quadratic; that of the parameters is asked for."""

loses = (
    "factor_without_momentum",
    "factor_with_momentum",
)

descent_factor = "((kappa - 1)/(kappa + 1))^2"
square_root_factor = "((sqrt(kappa) - 1)/(sqrt(kappa) + 1))^2"
