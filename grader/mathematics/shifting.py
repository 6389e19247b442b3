"""Equations between members of a family that hold for every index: one may be written for the next member."""

from __future__ import annotations

from fractions import Fraction

from grader.mathematics.kinds import Declaration
from grader.mathematics.roles import INTEGERS, REAL
from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.tree import Add, Indexed, Negate, Node, Number, Relation, Symbol

ZERO = Fraction(0)


def aligned(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node]:
    """Two equations, the student's index shifted so that it begins with the same member as the expected one.

    ``W_l = S_{l+1} W_{l+1}`` says the same as ``W_{l-1} = S_l W_l``. Anything else is left as it is. A symbol whose
    name ends in the index, such as ``g_t`` where no other member of it occurs, is a member too and is shifted.
    """
    unchanged = student, reference
    if not (isinstance(student, Relation) and isinstance(reference, Relation)):
        return unchanged
    if student.operators != ("=",) or reference.operators != ("=",):
        return unchanged
    given, wanted = student.operands[0], reference.operands[0]
    if not (isinstance(given, Indexed) and isinstance(wanted, Indexed)) or given.name != wanted.name:
        return unchanged
    for index, other in zip(given.indices, wanted.indices, strict=False):
        mine, theirs = _place(index), _place(other)
        if mine is None or theirs is None or mine[0] != theirs[0] or mine[1] == theirs[1]:
            continue
        kind = declaration.symbols.get(mine[0])
        if kind is None or kind == REAL or kind.name in INTEGERS:
            written, expected = (_with_members(one, mine[0]) for one in unchanged)
            if any(mine[0] in name.partition("_")[2] for name in names_in(written) | names_in(expected)):
                return unchanged  # a label may hold the index in a way of its own
            by = Number(theirs[1] - mine[1])
            return substitute(written, mine[0], Add((Symbol(mine[0]), by))), expected
    return unchanged


def _with_members(node: Node, index: str) -> Node:
    for name in names_in(node):
        family, _, last = name.rpartition("_")
        if family and last == index:
            node = substitute(node, name, Indexed(family, (Symbol(index),)))
    return node


def _place(index: Node) -> tuple[str, Fraction] | None:
    """The symbol and the whole number of an index such as ``l + 1``; None for any other."""
    match index:
        case Symbol(name=name):
            return name, ZERO
        case Add(terms=(Symbol(name=name), Number(value=value))) | Add(terms=(Number(value=value), Symbol(name=name))):
            return name, value
        case Add(terms=(Symbol(name=name), Negate(body=Number(value=value)))):
            return name, -value
        case _:
            return None
