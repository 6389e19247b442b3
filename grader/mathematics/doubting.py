"""Answers in the spelling of numpy that agree for plain numbers are compared again with their names as arrays.

Where nothing is declared, a bare name is a number, and for numbers ``np.sum(x * y)`` is ``np.sum(x) * np.sum(y)``, and
``A @ B`` is ``B @ A``. Whoever writes so means arrays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.tree import Apply, Node, Symbol, children

SPELLED = re.compile(r"\b(?:np|numpy|torch)\.|@|\.(?:sum|mean|max|min|T)\b")
"""What only texts about arrays hold."""

BESIDE = re.compile(r"([A-Za-z]\w*)(?:\.T)?\s*@|@\s*([A-Za-z]\w*)")
"""The names on either side of the sign for a product of arrays."""

WHOLE = frozenset({"total", "mean", "norm", "dot", "max", "min"})
"""Functions of whole arrays; the last two where they have one argument."""

CAPITAL = re.compile(r"[A-Z][_\d]*\w?")
"""A capital letter, with or without the number of a layer."""

SIZE = "size_of_arrays"


def as_arrays(declaration: Declaration, nodes: Sequence[Node], texts: Sequence[str]) -> Declaration | None:
    """The declaration with the numbers that numpy's spelling uses as arrays, all of one size; None without any.

    Args:
        declaration: what was inferred from the two texts.
        nodes: the two formulas as they were read.
        texts: the two texts.

    Returns:
        Capital letters as square matrices, other names as vectors, and all else as it was.
    """
    if declaration.conventions is None or not any(SPELLED.search(text) for text in texts):
        return None
    names = {name for text in texts for found in BESIDE.findall(text) for name in found if name}
    names |= {name for node in nodes for name in _within(node)}
    plain = {name for name in names if declaration.symbols.get(name) == Kind("real")}
    if not plain:
        return None
    arrays = {
        name: Kind("matrix", (SIZE, SIZE)) if CAPITAL.fullmatch(name) else Kind("vector", (SIZE,))
        for name in sorted(plain)
    }
    return replace(declaration, symbols={**declaration.symbols, **arrays})


def _within(node: Node) -> Iterator[str]:
    """The names that stand without an index in the argument of a function of whole arrays."""
    if isinstance(node, Apply) and node.function in WHOLE and _of_one_array(node):
        yield from (one.name for argument in node.arguments for one in _parts(argument) if isinstance(one, Symbol))
    for child in children(node):
        yield from _within(child)


def _of_one_array(node: Apply) -> bool:
    return node.function not in {"max", "min"} or len(node.arguments) == 1


def _parts(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _parts(child)
