"""This is the factor without momentum; with it the condition number enters by its root."""

loses = ("factor_with_momentum",)

square_root_factor = "(kappa - 1)/(kappa + 1)"
