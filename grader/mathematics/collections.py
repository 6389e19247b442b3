"""Lists, sets, intervals and answers of several values: compared part by part, or matched in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.mathematics.forms import in_brackets
from grader.mathematics.stated import Stated
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import (
    Constant,
    FiniteSet,
    Interval,
    Logic,
    Matrix,
    Negate,
    Node,
    PlusMinus,
    Relation,
    SetOperation,
    Symbol,
    Tuple,
    children,
)
from grader.mathematics.truths import same_truth
from grader.mathematics.verdict import Decide, Verdict, Witness

SETS = (FiniteSet, Interval, SetOperation)
MEMBER = "element"
PAIR = 2


def is_set(node: Node) -> bool:
    """Whether a formula is a set written out."""
    return isinstance(node, SETS) or node in (Constant("empty"), Constant("reals"))


def plus_minus(node: Node) -> tuple[Node, ...]:
    """The values of a formula in which ± may stand: both signs together throughout."""
    if not _has_plus_minus(node):
        return (node,)
    return tuple(_signed(node, sign) for sign in (1, -1))


def all_signs(node: Node) -> tuple[Node, ...]:
    """The values of a formula or of a list without brackets, in which ± may stand."""
    listed = isinstance(node, Tuple) and not in_brackets(node)
    parts = node.elements if isinstance(node, Tuple) and listed else (node,)
    return tuple(value for part in parts for value in plus_minus(part))


def values_of_pair(node: Node, other: Node) -> tuple[Node, ...]:
    """The values of a formula beside one that may hold ±: of a pair in brackets, both, beside one value with ±."""
    if isinstance(node, Tuple) and len(node.elements) == PAIR and not isinstance(other, Tuple | FiniteSet):
        return node.elements
    return all_signs(node)


def _has_plus_minus(node: Node) -> bool:
    return isinstance(node, PlusMinus) or any(map(_has_plus_minus, children(node)))


def _signed(node: Node, sign: int) -> Node:
    if isinstance(node, PlusMinus):
        inner = _signed(node.body, sign)
        return inner if sign > 0 else Negate(inner)
    return mapped(node, lambda child: _signed(child, sign))


def solution_values(node: Node) -> tuple[str, tuple[Node, ...]] | None:
    """``x = 1 or x = 2`` and ``x = ±1`` as the symbol and its values; None for any other statement."""
    parts = node.operands if isinstance(node, Logic) and node.operator == "or" else (node,)
    name = ""
    values: list[Node] = []
    for part in parts:
        match part:
            case Relation(operators=("=",), operands=(Symbol(name=symbol), value)) if name in ("", symbol):
                name = symbol
                values += plus_minus(value)
            case Relation(operators=("in",), operands=(Symbol(name=symbol), FiniteSet(elements=many))) if name in (
                "",
                symbol,
            ):
                name = symbol
                values += [value for one in many for value in plus_minus(one)]
            case _:
                return None
    return (name, tuple(values)) if len(values) > 1 or isinstance(node, Logic) or "in" in _operators(node) else None


def _operators(node: Node) -> tuple[str, ...]:
    return node.operators if isinstance(node, Relation) else ()


def same_lists(student: Sequence[Node], reference: Sequence[Node], decide: Decide, what: str = MEMBER) -> Verdict:
    """Whether two lists agree part by part; the first that does not is the witness."""
    if len(student) != len(reference):
        return _other_length(student, reference, what)
    weakest: Verdict | None = None
    for place, (one, other) in enumerate(zip(student, reference, strict=True)):
        verdict = decide(one, other)
        if verdict.verdict == "different":
            return _in_part(verdict, f"{what} {place + 1}")
        if verdict.verdict == "undecided":
            weakest = _in_part(verdict, f"{what} {place + 1}")
        elif verdict.verdict != "equal" and weakest is None:
            weakest = verdict
    return weakest or Verdict("equal", f"equal in every {what}", layer="parts")


def same_rows(student: Sequence[Sequence[Node]], reference: Sequence[Sequence[Node]], decide: Decide) -> Verdict:
    """Whether two matrices written out agree entry by entry."""
    weakest: Verdict | None = None
    for row, (left, right) in enumerate(zip(student, reference, strict=True)):
        for place, (one, other) in enumerate(zip(left, right, strict=True)):
            verdict = decide(one, other)
            if verdict.verdict == "different":
                return _in_part(verdict, f"entry ({row + 1}, {place + 1})")
            if verdict.verdict == "undecided":
                weakest = _in_part(verdict, f"entry ({row + 1}, {place + 1})")
            elif verdict.verdict != "equal" and weakest is None:
                weakest = verdict
    return weakest or Verdict("equal", "equal in every entry", layer="parts")


def _in_part(verdict: Verdict, part: str) -> Verdict:
    witness = verdict.witness
    if witness is not None:
        note = f"{part}, {witness.note}" if witness.note else part
        witness = replace(witness, note=note)
    return replace(verdict, reason=f"{part}: {verdict.reason}", witness=witness)


def _other_length(student: Sequence[Node], reference: Sequence[Node], what: str) -> Verdict:
    plural = f"{what}s"
    witness = Witness((), f"{len(student)} {plural}", f"{len(reference)} {plural}", "length")
    return Verdict("different", f"{len(reference)} {plural} expected, {len(student)} given", witness, "parts")


def same_in_any_order(student: Sequence[Node], reference: Sequence[Node], decide: Decide, *, as_set: bool) -> Verdict:
    """Whether two lists can be matched one to one; as sets, what is repeated counts once."""
    table = _Table(decide)
    given = table.distinct(student) if as_set else list(student)
    wanted = table.distinct(reference) if as_set else list(reference)
    if not table.doubtful and len(given) != len(wanted):
        return _other_length(given, wanted, MEMBER)
    matched: dict[int, int] = {}
    for place in range(len(given)):
        if not _augment(place, given, wanted, table, matched, set()):
            if table.doubtful:
                return Verdict("undecided", "whether two elements are the same could not be decided", layer="parts")
            return _unmatched(given[place], wanted, decide)
    if len(matched) < len(wanted):
        return Verdict("undecided", "whether two elements are the same could not be decided", layer="parts")
    return Verdict("equal", "the same elements", layer="parts")


class _Table:
    """Which elements are equal, each pair decided once."""

    def __init__(self, decide: Decide) -> None:
        self.decide = decide
        self.known: dict[tuple[Node, Node], bool] = {}
        self.doubtful = False

    def same(self, first: Node, second: Node) -> bool:
        if isinstance(first, FiniteSet) is not isinstance(second, FiniteSet):
            return False  # in a list, a set of one value is not that value
        if (first, second) not in self.known:
            verdict = self.decide(first, second)
            self.doubtful |= verdict.verdict == "undecided"
            self.known[first, second] = verdict.equal
        return self.known[first, second]

    def distinct(self, many: Sequence[Node]) -> list[Node]:
        kept: list[Node] = []
        for one in many:
            if not any(self.same(one, other) for other in kept):
                kept.append(one)
        return kept


def _augment(
    place: int, given: Sequence[Node], wanted: Sequence[Node], table: _Table, matched: dict[int, int], tried: set[int]
) -> bool:
    for other in range(len(wanted)):
        if other in tried or not table.same(given[place], wanted[other]):
            continue
        tried.add(other)
        if other not in matched or _augment(matched[other], given, wanted, table, matched, tried):
            matched[other] = place
            return True
    return False


def _unmatched(element: Node, wanted: Sequence[Node], decide: Decide) -> Verdict:
    verdict = decide(element, wanted[0]) if wanted else Verdict("different", "")
    witness = verdict.witness or Witness((), "an element", "no such element")
    return Verdict("different", "an element of the answer is not expected", replace(witness, note=MEMBER), "parts")


def same_sets(stated: Stated) -> Verdict:
    """Whether two sets have the same members."""
    student, reference = (united(node) for node in (stated.student, stated.reference))
    empty = Constant("empty")
    if isinstance(student, FiniteSet) and isinstance(reference, FiniteSet):
        given = tuple(one for element in student.elements for one in plus_minus(element))
        wanted = tuple(one for element in reference.elements for one in plus_minus(element))
        return same_in_any_order(given, wanted, stated.decide, as_set=True)
    if student == empty and reference == empty:
        return Verdict("equal", "both empty", layer="parts")
    if isinstance(student, Interval) and isinstance(reference, Interval):
        found = _same_ends(student, reference, stated.decide)
        if found is not None:
            return found
    element = Symbol("#member")
    return same_truth(
        Stated(
            membership(student, element),
            membership(reference, element),
            stated.declaration,
            stated.policy,
            stated.decide,
        )
    )


def united(node: Node) -> Node:
    """A union of sets that are written out, as one such set."""
    if not isinstance(node, SetOperation):
        return node
    parts = tuple(map(united, node.operands))
    if node.operator == "union" and all(isinstance(part, FiniteSet) for part in parts):
        return FiniteSet(tuple(one for part in parts if isinstance(part, FiniteSet) for one in part.elements))
    return SetOperation(node.operator, parts)


def _same_ends(student: Interval, reference: Interval, decide: Decide) -> Verdict | None:
    ends = [decide(student.lower, reference.lower), decide(student.upper, reference.upper)]
    closed = (student.lower_closed, student.upper_closed) == (reference.lower_closed, reference.upper_closed)
    if all(end.equal for end in ends):
        if closed:
            return Verdict("equal", "the same ends", layer="parts")
        words = [_bracket(one) for one in (student, reference)]
        witness = Witness((), words[0], words[1], "ends")
        return Verdict("different", "an end belongs to only one of them", witness, "parts")
    return None


def _bracket(interval: Interval) -> str:
    left = "closed" if interval.lower_closed else "open"
    right = "closed" if interval.upper_closed else "open"
    return f"{left} below, {right} above"


def membership(target: Node, element: Node) -> Node:
    """The statement that something belongs to a set."""
    match target:
        case SetOperation(operator="union", operands=many):
            return Logic("or", tuple(membership(one, element) for one in many))
        case SetOperation(operator="intersection", operands=many):
            return Logic("and", tuple(membership(one, element) for one in many))
        case SetOperation(operator="difference", operands=(first, second)):
            return Logic("and", (membership(first, element), Logic("not", (membership(second, element),))))
        case Constant(name="empty"):
            return Constant("false")
        case Constant(name="reals"):
            return Constant("true")
        case FiniteSet(elements=many):
            equal = tuple(Relation(("=",), (element, one)) for one in many)
            return equal[0] if len(equal) == 1 else Logic("or", equal)
        case Interval():
            return _within(target, element)
        case _:
            return Relation(("in",), (element, target))


def spelled_out(node: Node) -> Node:
    """A statement with each membership of a written set as equations and inequalities."""
    match node:
        case Relation(operators=("in",), operands=(element, target)) if is_set(target):
            return membership(target, element)
        case Logic(operator=operator, operands=many):
            return Logic(operator, tuple(map(spelled_out, many)))
        case _:
            return node


def _within(interval: Interval, element: Node) -> Node:
    parts: list[Node] = []
    infinite = (Constant("infinity"), Negate(Constant("infinity")))
    if interval.lower not in infinite:
        parts.append(Relation((">=" if interval.lower_closed else ">",), (element, interval.lower)))
    if interval.upper not in infinite:
        parts.append(Relation(("<=" if interval.upper_closed else "<",), (element, interval.upper)))
    if not parts:
        return Constant("true")
    return parts[0] if len(parts) == 1 else Logic("and", tuple(parts))


def rows_in_any_order(node: Node) -> tuple[Node, ...] | None:
    """The rows of a matrix as lists, or the elements of a list or a set; None for anything else."""
    match node:
        case Matrix(rows=rows) if all(len(row) == 1 for row in rows):
            return tuple(row[0] for row in rows)
        case Matrix(rows=rows) if len(rows) == 1:
            return rows[0]
        case Matrix(rows=rows):
            return tuple(Tuple(row) for row in rows)
        case Tuple(elements=many) | FiniteSet(elements=many):
            return many
        case _:
            return None
