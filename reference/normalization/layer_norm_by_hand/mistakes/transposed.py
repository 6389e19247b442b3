"""The matrix is transposed: the output has the shape of X, an example in each row."""

from sympy import Matrix, Rational, sqrt

loses = ("output",)

layer_norm_output = Matrix(
    [
        [-1, -1, -1 / sqrt(3)],
        [-3, -Rational(5, 3), -1 - 2 / sqrt(3)],
        [4, 0, 1 - sqrt(3)],
        [4, Rational(20, 3), 4 * sqrt(3)],
    ]
)
