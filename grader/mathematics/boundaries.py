"""The points at which a statement may turn from true to false, where they are irrational: tested as formulas."""

from __future__ import annotations

from collections.abc import Iterator

from grader.mathematics.applying import condition_of
from grader.mathematics.stated import Stated, side_of, sign_of, solved
from grader.mathematics.structure import degree_in
from grader.mathematics.substituting import names_in, substitute
from grader.mathematics.tree import Constant, Logic, Node, Relation
from grader.mathematics.verdict import Verdict, Witness

ORDERS = frozenset({"<", "<=", ">", ">=", "=", "!="})


def differing_boundary(stated: Stated) -> Verdict | None:
    """A verdict when two statements about one symbol differ at a boundary of either, which need not be rational."""
    names = names_in(stated.student) | names_in(stated.reference)
    if len(names) != 1:
        return None
    name = next(iter(names))
    for boundary in (*_boundaries(stated.student, name), *_boundaries(stated.reference, name)):
        truths = [_truth(substitute(node, name, boundary), stated) for node in (stated.student, stated.reference)]
        if None not in truths and truths[0] is not truths[1]:
            words = {True: "true", False: "false"}
            note = "on the boundary"
            witness = Witness(((name, "a boundary"),), words[bool(truths[0])], words[bool(truths[1])], note)
            return Verdict("different", "a boundary belongs to only one of the two", witness, "statements")
    return None


def _boundaries(node: Node, name: str) -> Iterator[Node]:
    if isinstance(node, Logic):
        for one in node.operands:
            yield from _boundaries(one, name)
    elif isinstance(node, Relation) and set(node.operators) <= ORDERS:
        for link in links_of(node):
            side = side_of(link)
            if degree_in(side, name) == 1:
                yield solved(side, name)


def links_of(node: Relation) -> Iterator[Relation]:
    """The single relations of a chain."""
    for operator, left, right in zip(node.operators, node.operands, node.operands[1:], strict=False):
        yield Relation((operator,), (left, right))


def _truth(node: Node, stated: Stated) -> bool | None:
    """Whether a statement about constants holds; None when that is not proven."""
    match node:
        case Constant(name="true" | "false" as word):
            return word == "true"
        case Logic(operator="not", operands=(body,)):
            inner = _truth(body, stated)
            return None if inner is None else not inner
        case Logic(operator=operator, operands=many):
            found = [_truth(one, stated) for one in many]
            deciding = operator == "or"
            if deciding in found:
                return deciding
            return None if None in found else not deciding
        case Relation() if set(node.operators) <= ORDERS:
            holding = [_link(one, stated) for one in links_of(node)]
            return False if False in holding else None if None in holding else True
        case _:
            return None


def _link(relation: Relation, stated: Stated) -> bool | None:
    verdict = stated.decide(relation.operands[0], relation.operands[1])
    if verdict.verdict == "equal":
        return condition_of(relation.operators[0], 0)
    sign = sign_of(side_of(relation), stated)
    return condition_of(relation.operators[0], sign) if sign else None
