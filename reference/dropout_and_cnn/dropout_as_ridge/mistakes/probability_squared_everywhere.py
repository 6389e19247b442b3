"""On the diagonal the same mask appears twice, and the square of a 0 or 1 is itself."""

from sympy import Matrix, symbols

loses = (
    "diagonal_entries",
    "whole_matrix",
    "matrix_of_the_example",
    "loss_without_expectation",
    "gram_of_random_data",
    "gram_by_all_masks",
)

p = symbols("p", positive=True)
moment_same = r"p^2 \sum_{k=1}^{n} X_{k,j}^2"
second_moment = r"p^2 X^\top X"
second_moment_with_norms = second_moment
second_moment_example = p**2 * Matrix([[10, 14], [14, 20]])
expanded_loss = r"y^\top y - 2 p y^\top X v + p^2 v^\top X^\top X v"
expanded_loss_with_norms = expanded_loss


def masked_gram(x, p):
    return p**2 * x.T @ x
