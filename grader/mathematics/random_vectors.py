r"""Means of vectors of which nothing is declared, ``E[xx^T]``: columns of two random numbers each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from grader.mathematics.array_signs import names_of, parts_of
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.refining import outside_means
from grader.mathematics.substituting import substitute
from grader.mathematics.tree import Covariance, Expectation, Matrix, Node, Symbol, Variance

SIZE = "2"
LETTERS = frozenset("XYZ")
"""Capitals that are random vectors in a mean."""


def with_random_vectors(
    student: Node, reference: Node, declaration: Declaration
) -> tuple[Node, Node, Declaration] | None:
    """Both sides with each vector in a mean as a column of random numbers; None where there is none."""
    found = {name for side in (student, reference) for name in _averaged(side)}
    kinds = declaration.symbols
    vectors = {name for name in found if kinds.get(name, Kind("real")).sizes}
    small = {name for name in vectors if name[0].islower()}
    small = small - {name for side in (student, reference) for name in outside_means(side)} or small
    chosen = sorted(small or vectors & LETTERS)
    if declaration.conventions is None or not chosen:
        return None
    sized = {name: replace(kind, sizes=tuple(SIZE for _ in kind.sizes)) for name, kind in kinds.items() if kind.sizes}
    entries = {f"{name}_{place}": Kind("random") for name in chosen for place in (1, 2)}
    sides = [student, reference]
    for name in chosen:
        column = Matrix(tuple((Symbol(f"{name}_{place}"),) for place in (1, 2)))
        sides = [substitute(side, name, column) for side in sides]
    symbols = {name: kind for name, kind in {**kinds, **sized, **entries}.items() if name not in chosen}
    return sides[0], sides[1], replace(declaration, symbols=symbols)


def _averaged(node: Node) -> Iterator[str]:
    """The names in means, variances and covariances."""
    for part in parts_of(node):
        if isinstance(part, Expectation | Variance | Covariance):
            yield from names_of(part)
