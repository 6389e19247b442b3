"""Two different columns are masked independently, but their product does not vanish on average: both survive with some
probability."""

import numpy as np
from sympy import diag, symbols

loses = (
    "entries_off_the_diagonal",
    "whole_matrix",
    "matrix_of_the_example",
    "loss_without_expectation",
    "gram_of_random_data",
    "gram_by_all_masks",
)

p = symbols("p", positive=True)
moment_different = "0"
second_moment = "p D"
second_moment_with_norms = "p G^2"
second_moment_example = diag(10 * p, 20 * p)
expanded_loss = r"y^\top y - 2 p y^\top X v + p v^\top D v"
expanded_loss_with_norms = r"y^\top y - 2 p y^\top X v + p v^\top G^2 v"


def masked_gram(x, p):
    return p * np.diag(np.diag(x.T @ x))
