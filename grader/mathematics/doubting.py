"""Answers in the spelling of numpy that agree for plain numbers are compared again with their names as arrays.

Where nothing is declared, a bare name is a number, and for numbers ``np.sum(x * y)`` is ``np.sum(x) * np.sum(y)``, and
``A @ B`` is ``B @ A``. Whoever writes so means arrays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.mathematics.array_signs import divisors, letters_beside, names_of
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.orders import capitals_within, ordered_both_ways
from grader.mathematics.printing import to_text
from grader.mathematics.tree import Apply, Node, Number, Symbol, children
from grader.mathematics.verdict import Verdict

SPELLED = re.compile(r"\b(?:np|numpy|torch)\.|@|\.(?:sum|mean|max|min|T)\b")
"""What only texts about arrays hold."""

BESIDE = re.compile(r"([A-Za-z]\w*)(?:\.T)?\s*@|(?<=@)\s*([A-Za-z]\w*)")
"""The names on either side of the sign for a product of arrays."""

TIMES = re.compile(r"\b([A-Za-z]\w*)\s*(?=\*\s*([A-Za-z]\w*))")
"""Two names with a star between them."""

ROW = re.compile(r"(?<![@.\w])\s*[a-z]\w*\s*@\s*[A-Z]")
"""A small letter before a capital, with the sign for a product of arrays between them."""

WORDS = re.compile(r"\b(?:np|numpy|torch)\.")

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
    if declaration.conventions is None or not any(map(is_spelled, texts)):
        return None
    plain = {name for name, kind in declaration.symbols.items() if kind == Kind("real")}
    found = {name for text in texts for beside in BESIDE.findall(text) for name in beside if name} & plain
    if found:
        used = {name for node in nodes for name in names_of(node) if CAPITAL.fullmatch(name)}
        found |= used & plain - {name for node in nodes for name in divisors(node)}
    found |= {name for node in nodes for name in _within(node)} & plain
    while any("@" in text for text in texts):
        more = {name for node in nodes for name in letters_beside(node, found)} & plain
        if more <= found:
            break
        found |= more
    if not found:
        return None
    arrays = {
        name: Kind("matrix", (SIZE, SIZE)) if CAPITAL.fullmatch(name) else Kind("vector", (SIZE,))
        for name in sorted(found)
    }
    return replace(declaration, symbols={**declaration.symbols, **arrays})


def is_spelled(text: str) -> bool:
    """Whether a text is spelled as numpy is."""
    return bool(SPELLED.search(text))


def shows_arrays(text: str, node: Node) -> bool:
    """Whether one side alone tells that arrays are meant: by numpy's spelling, or by a norm that is not the usual."""
    if is_spelled(text):
        return True
    norms = [one for one in _parts(node) if isinstance(one, Apply) and one.function == "norm"]
    orders = [one.arguments[1] for one in norms if len(one.arguments) > 1]
    return any(isinstance(order, Number) and order.value != len("xy") for order in orders)


def has_two_products(declaration: Declaration, texts: Sequence[str]) -> bool:
    """Whether a star stands between two matrices in a text without a word of numpy's: which product is not told."""
    matrices = {name for name, kind in declaration.symbols.items() if kind.name == "matrix"}
    plain = [text for text in texts if not WORDS.search(text)]
    return any(matrices.issuperset(names) for text in plain for names in TIMES.findall(text))


def may_be_ordered(declaration: Declaration, nodes: Sequence[Node], texts: Sequence[str]) -> bool:
    """Whether letters that may be matrices stand in both orders in products without a sign between them.

    Or whether one stands within an elementwise product on one side only.
    """
    plain = {name for name, kind in declaration.symbols.items() if (kind.member or kind) == Kind("real")}
    starred = any(map(TIMES.search, texts))
    both = ordered_both_ways(*nodes)
    within = [capitals_within(node) for node in nodes]
    moved = None not in within and bool(within[0]) is not bool(within[1])
    return declaration.conventions is not None and (moved or (bool(both) and not starred and both <= plain))


def is_misfit(verdict: Verdict, declaration: Declaration, texts: Sequence[str]) -> bool:
    r"""Whether a difference is only that sizes do not fit.

    That is where ``x @ W`` takes a letter as a row, and in ``X \odot (1 - X)``, where 1 stands for all entries.
    """
    if declaration.conventions is None or verdict.verdict != "different" or verdict.layer != "shapes":
        return False
    entrywise = any("odot" in text or "⊙" in text for text in texts) and "a sum of a number and" in verdict.reason
    return "fit together" in verdict.reason and (entrywise or any(map(ROW.search, texts)))


def has_other_norms(student: Node, reference: Node) -> bool:
    r"""Whether two formulas hold norms of other orders: ``\|w\|`` and ``\|w\|_1`` are one of numbers only."""
    orders = [{_order(part) for part in _parts(node) if _is_norm(part)} for node in (student, reference)]
    if any(isinstance(part, Apply) and part.function in {"transpose", "dot"} for part in _parts(reference)):
        orders[0].discard("2")  # `w^T w` has that order as well
    if any(isinstance(part, Apply) and part.function in {"transpose", "dot"} for part in _parts(student)):
        orders[1].discard("2")
    return all(orders) and orders[0] != orders[1]


def _is_norm(node: Node) -> bool:
    return isinstance(node, Apply) and node.function == "norm"


def _order(node: Node) -> str:
    return to_text(node.arguments[1]) if isinstance(node, Apply) and len(node.arguments) > 1 else "2"


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
