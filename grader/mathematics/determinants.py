"""Bars around undeclared capitals as determinants: ``|cA|`` is ``c^n |A|`` for a matrix of order n."""

from __future__ import annotations

from dataclasses import replace

from grader.mathematics.array_signs import parts_of
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.substituting import mapped, names_in
from grader.mathematics.tree import Apply, Node, Power, Symbol

REAL = Kind("real")
ORDERS = ("n", "d", "k", "m", "N", "p")
ORDER = "order"


def with_determinants(
    student: Node, reference: Node, declaration: Declaration
) -> tuple[Node, Node, Declaration] | None:
    """Both sides with determinants in the place of bars around square matrices; None where no such bars stand there.

    The order of the matrices is the letter that one side has as an exponent and nothing else says anything of.
    """
    sides = (student, reference)
    barred = [{name for part in parts_of(side) if _is_barred(part) for name in _capitals(part)} for side in sides]
    matrices = barred[0] & barred[1]
    if not matrices or any(declaration.symbols.get(name) != REAL for name in matrices):
        return None
    powers = [part.exponent for side in sides for part in parts_of(side) if isinstance(part, Power)]
    order = next((one for one in ORDERS if Symbol(one) in powers and declaration.symbols.get(one) == REAL), ORDER)
    symbols = {name: kind for name, kind in declaration.symbols.items() if name != order}
    symbols |= dict.fromkeys(matrices, Kind("matrix", (order, order)))
    return _changed(student), _changed(reference), replace(declaration, symbols=symbols)


def _changed(node: Node) -> Node:
    inner = mapped(node, _changed)
    return Apply("det", inner.arguments) if isinstance(inner, Apply) and _is_barred(inner) else inner


def _is_barred(node: Node) -> bool:
    return isinstance(node, Apply) and node.function == "abs" and bool(_capitals(node))


def _capitals(node: Node) -> set[str]:
    return {name for name in names_in(node) if len(name) == 1 and name.isupper()}
