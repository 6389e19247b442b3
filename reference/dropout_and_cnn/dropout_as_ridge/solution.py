"""E[R_ki R_kj] is p on the diagonal and p^2 off it, so the Gram matrix is p^2 X^T X + p (1 - p) D."""

import itertools

import numpy as np
from sympy import Matrix, Rational, expand, sqrt, symbols

p = symbols("p", positive=True)

expected_data = "p X"
moment_same = r"p \sum_{k=1}^{n} X_{k,j}^2"
moment_different = r"p^2 \sum_{k=1}^{n} X_{k,i} X_{k,j}"
second_moment = r"p^2 X^\top X + p (1-p) D"
second_moment_with_norms = r"p^2 X^\top X + p (1-p) G^2"
second_moment_example = Matrix([[10 * p, 14 * p**2], [14 * p**2, 20 * p]])
expanded_loss = r"y^\top y - 2 p y^\top X v + p^2 v^\top X^\top X v + p (1-p) v^\top D v"
expanded_loss_with_norms = r"y^\top y - 2 p y^\top X v + p^2 v^\top X^\top X v + p (1-p) v^\top G^2 v"
final_loss = r"\lVert y - p X v \rVert_2^2 + p (1-p) \lVert G v \rVert_2^2"
final_loss_with_diagonal = r"\lVert y - p X v \rVert_2^2 + p (1-p) v^\top D v"
derivation = (
    "Multiply out: E[y'y - 2 y' A v + v' A' A v] with A the masked data. E[A] = pX. In A'A equal columns give p times "
    "the squares and different columns p squared times the products, which is p^2 X'X + p(1-p) D; add the square up again."
)
weight_map = "p v"
penalty_factor = sqrt((1 - p) / p)


def masked_gram(x, p):
    gram = x.T @ x
    return p**2 * gram + p * (1 - p) * np.diag(np.diag(gram))


def proof():
    """All sixteen masks of the example, with their probabilities, and the loss of one more example both ways."""
    example = Matrix([[1, 2], [3, 4]])
    gram = _average(example, p)
    x, y, v = Matrix([[1, -2], [Rational(1, 2), 3]]), Matrix([2, -1]), Matrix([Rational(1, 3), 5])
    by_masks = _loss_by_masks(x, y, v, p)
    diagonal = Matrix(2, 2, lambda i, j: (x.T * x)[i, j] if i == j else 0)
    formula = (y.T * y - 2 * p * y.T * x * v + p**2 * v.T * x.T * x * v + p * (1 - p) * v.T * diagonal * v)[0]
    scaled = (y - x * (p * v)).dot(y - x * (p * v)) + ((1 - p) / p) * ((p * v).T * diagonal * (p * v))[0]
    if expand(by_masks - formula) != 0 or expand((by_masks - scaled).simplify()) != 0:
        raise AssertionError("the expanded loss is not the average over the masks")
    return {"second_moment_example": gram}


def _masks(x, p):
    for mask in itertools.product((0, 1), repeat=len(x)):
        masked = x.copy()
        for place, bit in enumerate(mask):
            masked[place] = bit * x[place]
        yield p ** sum(mask) * (1 - p) ** (len(x) - sum(mask)), masked


def _average(x, p):
    total = x.T * x * 0
    for chance, masked in _masks(x, p):
        total += chance * masked.T * masked
    return total.applyfunc(expand)


def _loss_by_masks(x, y, v, p):
    return expand(sum(chance * (y - masked * v).dot(y - masked * v) for chance, masked in _masks(x, p)))
