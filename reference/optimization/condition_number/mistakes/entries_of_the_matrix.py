"""This compares entries of the matrix; with entries off the diagonal its eigenvalues are others."""

loses = ("of_a_coupled_hessian",)

condition_coupled = "5/3"
