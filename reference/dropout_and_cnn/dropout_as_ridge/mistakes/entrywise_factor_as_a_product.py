"""The powers of p multiply the entries of X^T X one by one; as a matrix between X^T and X they would mix rows of X."""

from sympy import Matrix, symbols

loses = ("matrix_of_the_example",)

p = symbols("p", positive=True)
second_moment_example = Matrix([[1, 3], [2, 4]]) * Matrix([[p, p**2], [p**2, p]]) * Matrix([[1, 2], [3, 4]])
