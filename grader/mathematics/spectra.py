"""Functions of square matrices by their eigenvalues, with rigorous errors: roots, logarithm, exponential, norms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flint import acb, acb_mat, arb, fmpq

from grader.errors import Beyond, Imprecise, Undefined
from grader.mathematics.arithmetic import Scalar, System, plain, top_tag
from grader.mathematics.arrays import Array, Value, as_array, diagonal, each, from_rows, multiply, square, transpose

SIZE = 8
"""No larger matrix is taken apart."""


def function_of_matrix(system: System, name: str, value: Array, exponent: fmpq | None = None) -> Value:
    """The square root, a rational power, the logarithm or the exponential of a square matrix: the principal one.

    Raises:
        Undefined: for a matrix that is not square or has none, such as the logarithm of a singular one.
        Imprecise: when eigenvalues are not told apart.
        Beyond: in exact arithmetic, with slopes, or for large matrices.
    """
    _checked(system, value, name)
    if _is_diagonal(value):
        return _of_diagonal(system, name, value, exponent)
    matrix = acb_mat([[acb(entry) for entry in row] for row in value.rows])
    if name == "exp":
        return _as_array(matrix.exp(), value)
    values, vectors = _eigen(matrix)
    rule = _rule(name, exponent)
    size = len(values)
    middle = acb_mat([[rule(values[at]) if at == place else acb(0) for place in range(size)] for at in range(size)])
    try:
        found = vectors * middle * vectors.inv()
    except ZeroDivisionError as error:
        raise Imprecise("the eigenvectors of a matrix") from error
    return _as_array(found, value)


def largest_eigenvalue(system: System, value: Value, *, smallest: bool = False) -> Scalar:
    """The largest (or the smallest) eigenvalue of a symmetric matrix.

    Raises:
        Beyond: for a matrix that is not symmetric.
    """
    matrix = as_array(value)
    _checked(system, matrix, "an eigenvalue")
    if any(plain(a) != plain(b) for a, b in zip(matrix.entries, as_array(transpose(matrix)).entries, strict=True)):
        raise Beyond("the largest eigenvalue of a matrix that is not symmetric")
    try:
        found = acb_mat([[acb(entry) for entry in row] for row in matrix.rows]).eig(multiple=True)
    except ValueError as error:
        raise Imprecise("the eigenvalues of a matrix") from error
    result = found[0].real
    for one in found[1:]:
        result = result.min(one.real) if smallest else result.max(one.real)
    return result


def nuclear_norm(system: System, value: Value) -> Scalar:
    """The sum of the singular values."""
    gram = _gram(value)
    _checked(system, gram, "the singular values")
    try:
        found = acb_mat([[acb(entry) for entry in row] for row in gram.rows]).eig(multiple=True)
    except ValueError as error:
        raise Imprecise("the singular values of a matrix") from error
    total: Scalar = arb(0)
    for one in found:
        total = total + system.apply("sqrt", (one.real.max(arb(0)),))
    return total


def _gram(value: Value) -> Array:
    """The smaller product of a matrix and its transpose."""
    matrix = as_array(value)
    wide = matrix.shape[0] < matrix.shape[1]
    turned = as_array(transpose(matrix))
    return as_array(multiply(matrix, turned) if wide else multiply(turned, matrix))


def spectral_norm(system: System, value: Value) -> Scalar:
    """The largest singular value."""
    return system.apply("sqrt", (largest_eigenvalue(system, _gram(value)).max(arb(0)),))


def _checked(system: System, value: Array, what: str) -> None:
    if not getattr(system, "precision", 0) or top_tag(value.entries):
        raise Beyond(f"{what} of a matrix")
    if square(value, what) > SIZE:
        raise Beyond(f"{what} of a matrix that is too large")


def _is_diagonal(value: Array) -> bool:
    return all(entry == 0 for at, row in enumerate(value.rows) for place, entry in enumerate(row) if at != place)


def _of_diagonal(system: System, name: str, value: Array, exponent: fmpq | None) -> Value:
    entries = diagonal(value)
    if name == "power":
        return diagonal(each(lambda entry: system.power(entry, exponent), entries))
    return diagonal(each(lambda entry: system.apply(name, (entry,)), entries))


def _eigen(matrix: Any) -> tuple[Sequence[acb], Any]:
    try:
        values, vectors = matrix.eig(right=True)
    except ValueError as error:
        raise Imprecise("the eigenvalues of a matrix") from error
    return values, vectors


def _rule(name: str, exponent: fmpq | None) -> Callable[[acb], acb]:
    def rule(value: acb) -> acb:
        if value.contains(0):
            raise Imprecise("whether a matrix is singular")
        if value.real < 0 and value.imag.contains(0):
            raise Undefined(f"the {name} of a matrix with a negative eigenvalue")
        if name == "log":
            return value.log()
        if name == "sqrt":
            return value.sqrt()
        return (value.log() * acb(exponent)).exp()

    return rule


def _as_array(found: Any, value: Array) -> Value:
    """What flint computed as an array: of real numbers where the matrix was real."""
    real = all(not isinstance(entry, acb) for entry in value.entries)
    rows = [
        [found[at, place].real if real else found[at, place] for place in range(found.ncols())]
        for at in range(found.nrows())
    ]
    if not all(entry.is_finite() for row in rows for entry in row):
        raise Imprecise("a function of a matrix")
    return from_rows(rows)
