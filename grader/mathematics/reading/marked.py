"""Which of the formulas that a text marks with dollars or environments is the answer."""

from __future__ import annotations

import itertools
import re

from grader.errors import Unreadable
from grader.mathematics.reading.sentences import concludes, is_led, is_second
from grader.mathematics.reading.statements import Formula
from grader.mathematics.reading.stretches import REASON
from grader.mathematics.reading.surroundings import (
    Attempt,
    Found,
    Piece,
    between,
    is_condition,
    outside,
    refuse_loose,
    refuse_turned,
)
from grader.mathematics.tree import Indexed, Logic, Node, Number, Quantity, Relation, Symbol, Tuple

_CONCLUDES = re.compile(
    r"(?:\b(?:hence|therefore|thus|so|final(?:ly)?|i\.e\.|that is|(?:answer|result)(?: is)?|it is|in total|total"
    r"|overall|altogether|we get|we obtain|gives|yields"
    r"|has (?:an? )?(?:variance|mean|expectation|norm|rank|size|length))\b)"
    r"(?: of)?[\s,:]*$",
    re.IGNORECASE,
)
_ORDERS = frozenset({"<", "<=", ">", ">="})
_QUANTIFIED = re.compile(r"\b(?:all|every|any|each|no)\s*$", re.IGNORECASE)
_LISTING = re.compile(r"\s*(?:,\s*and|,|;|and)\s*", re.IGNORECASE)


_CONCLUSION = re.compile(
    r"\b(?:hence|therefore|thus|so|gives?|yields?|get|obtain|follows|becomes?|is|equals?|total|overall)\b(?P<rest>[^$]*)",
    re.IGNORECASE,
)
_PARAGRAPH_BEFORE = re.compile(r"\n[ \t]*\n[\s$\\(\[*_]*\Z")
_PARAGRAPH_AFTER = re.compile(r"[$\\)\]*_. \t]*\n[ \t]*\n")
_UNMARKED = re.compile(
    r"[=≤≥≈√²³]|[\w)]\s*[/^·*]\s*[\w(]|\d\s*[-+−]\s*[\w(]|[\w)]\s+[-+−]\s+[\w(]"
    r"|\b(?:is|gives?|yields?|get|obtain|equals?)\s+[-−]?(?:\d|[A-Za-z]+\()"
)
"""What is a formula and stands without dollars."""


def among(text: str, marked: list[Piece], attempt: Attempt) -> Found:
    """The answer among several marked formulas, or the only one, with what the words around it say.

    Raises:
        Unreadable: when the words change what it says, or none is plainly the answer.
    """
    surroundings = outside(text, marked)
    if len(marked) == 1:
        notes = ("the words around the formula are not read",) if re.search(r"[^\W\d_]", surroundings) else ()
        refuse_loose(text, marked)
        refuse_turned(text, marked, 0)
        _refuse_unmarked(text, marked, marked[0])
        _refuse_unled(text, marked, 0)
        return Found(attempt(marked[0]), notes, latex=True)
    candidates = [piece for i, piece in enumerate(marked) if not is_condition(text, marked, i)]
    if not candidates:
        candidates = marked
    read: list[tuple[Piece, Formula]] = []
    failed: tuple[Piece, Unreadable] | None = None
    for piece in candidates:
        try:
            read.append((piece, attempt(piece)))
        except Unreadable as error:
            failed = (piece, error)
    chosen = (
        _alternatives(text, read)
        or _system(marked, attempt)
        or _joined(text, read, marked)
        or _chosen(read)
        or _concluded(text, marked, read)
    )
    if failed is not None and (chosen is None or _goes_on(text, failed[0], chosen[0])):
        raise failed[1]
    if chosen is None:
        raise Unreadable(
            marked[0].start, "several formulas and none that is plainly the answer", r"mark it with \boxed{...}"
        )
    refuse_turned(text, marked, marked.index(chosen[0]))
    _refuse_two(text, marked, read, chosen)
    _refuse_unmarked(text, marked, chosen[0])
    _refuse_unled(text, marked, marked.index(chosen[0]))
    return Found(chosen[1], ("of several formulas, the last equation is read as the answer",), latex=True)


def _refuse_unmarked(text: str, marked: list[Piece], chosen: Piece) -> None:
    """Refuse ``$t = a/b$ and therefore P = exp(-c)``: what is concluded behind the chosen formula is not marked."""
    behind = list(text)
    for piece in marked:
        behind[piece.start : piece.end] = " " * (piece.end - piece.start)
    tail = "".join(behind)[chosen.end :].replace("$", " ")
    reason = REASON.search(tail)
    for found in _CONCLUSION.finditer(tail):
        if reason is not None and reason.start() < found.start():
            return
        if _UNMARKED.search(tail, found.start()):
            raise Unreadable(
                chosen.end + found.start(),
                "a formula without dollars behind the one that is marked",
                r"enclose the answer in dollars, or mark it with \boxed{...}",
            )


def _refuse_unled(text: str, marked: list[Piece], place: int) -> None:
    """Refuse a value that the words around it do not plainly give: ``depends on $n$``, ``$x$ scaled by 2``."""
    piece = marked[place]
    stop = marked[place + 1].start if place + 1 < len(marked) else len(text)
    begin = marked[place - 1].end if place else 0
    before, after = text[begin : piece.start], text[piece.end : stop]
    # what stands in another paragraph says nothing of a formula that stands by itself
    before = "" if _PARAGRAPH_BEFORE.search(before) else re.sub(r"[\s$\\(\[*_]+$", "", between(text, marked, place))
    after = "" if _PARAGRAPH_AFTER.match(after) else re.sub(r"^[\s$\\)\]*_]+|[\s$\\(\[]+$", "", after)
    if is_led(before, text[piece.start : piece.end], after):
        return
    raise Unreadable(
        piece.start, "words around the value may change it", "give the formula alone, or mark it with \\boxed{...}"
    )


def _refuse_two(
    text: str, marked: list[Piece], read: list[tuple[Piece, Formula]], chosen: tuple[Piece, Formula]
) -> None:
    """Refuse ``the mean is $a$ and the variance is $b$``, and a name of which only a condition is told."""
    values = [piece for piece, formula in read if not isinstance(formula.node, Relation | Logic)]
    words = text.replace("$", " ")
    spans = [(piece.start, piece.end) for piece in values if piece.start <= chosen[0].start]
    if chosen[0] in values and is_second(words, spans, len(spans) - 1):
        raise Unreadable(chosen[0].start, "two answers at once", "give one answer")
    named = isinstance(chosen[1].node, Symbol) and len(read) < len(marked)
    if named and _QUANTIFIED.search(between(text, marked, marked.index(chosen[0]))):
        raise Unreadable(chosen[0].start, "a condition behind the name", "give the condition as one formula")


def _goes_on(text: str, failed: Piece, chosen: Piece) -> bool:
    """Whether a formula that cannot be read stands behind the chosen one, or right before it."""
    return failed.start > chosen.start or not text[failed.end : chosen.start].strip("$ \n\t()[]\\")


def _chosen(read: list[tuple[Piece, Formula]]) -> tuple[Piece, Formula] | None:
    last = max((piece.start for piece, one in read if not isinstance(one.node, Symbol | Indexed)), default=0)
    equations = [
        (piece, formula)
        for piece, formula in read
        if (isinstance(formula.node, Relation | Logic) or formula.label)
        and not (_places(formula.node) and piece.start < last)
    ]
    if equations:
        return equations[-1]
    weighty = [
        (piece, formula)
        for piece, formula in read
        if not isinstance(formula.node, Symbol | Indexed) and not (_places(formula.node) and piece.start < last)
    ]
    values = [one for one in weighty if not isinstance(one[1].node, Number | Quantity)] or weighty
    if len({str(formula.node) for _, formula in values}) == 1:
        return values[-1]
    if not weighty and len({str(formula.node) for _, formula in read}) == 1:
        return read[-1]
    return None


def _places(node: Node) -> bool:
    r"""Whether a statement only says where something lies: ``A \in \mathbb{R}^{n \times d}``."""
    return isinstance(node, Relation) and node.operators == ("in",)


def _system(marked: list[Piece], attempt: Attempt) -> tuple[Piece, Formula] | None:
    """Equations for members of one family, a recurrence and its base case, as one answer."""
    equations: list[tuple[Piece, Formula]] = []
    for piece in marked:
        try:
            formula = attempt(piece)
        except Unreadable:
            continue
        if isinstance(formula.node, Relation) and not formula.label:
            equations.append((piece, formula))
    left = [formula.node.operands[0] for _, formula in equations if isinstance(formula.node, Relation)]
    names = {one.name if isinstance(one, Indexed) else "" for one in left}
    if len(equations) < 2 or len(names) != 1 or "" in names or len({str(one) for one in left}) != len(left):
        return None
    notes = tuple(note for _, formula in equations for note in formula.notes)
    return equations[-1][0], Formula(Logic("and", tuple(formula.node for _, formula in equations)), None, notes)


def _concluded(text: str, marked: list[Piece], read: list[tuple[Piece, Formula]]) -> tuple[Piece, Formula] | None:
    """The last formula that stands right behind words such as "so" or "in total"."""
    for piece, formula in reversed(read):
        place = marked.index(piece)
        before = text[marked[place - 1].end if place else 0 : piece.start]
        before = re.sub(r"[\s$\\(\[]+$", "", before)
        said = _CONCLUDES.search(before) is not None or concludes(before.lstrip("$"), text[piece.start : piece.end])
        if said and not isinstance(formula.node, Symbol | Indexed):
            return piece, formula
        if not isinstance(formula.node, Symbol | Indexed):
            return None  # what was concluded before is not the last word
    return None


def _alternatives(text: str, read: list[tuple[Piece, Formula]]) -> tuple[Piece, Formula] | None:
    """Statements joined by "or" as one; values joined by it are refused."""
    joined: list[tuple[Piece, Formula]] = []
    for first, second in itertools.pairwise(read):
        between = text[first[0].end : second[0].start]
        if re.fullmatch(r"[\s$\\)(\[\]]*(?:,\s*)?or(?:\s+(?:maybe|perhaps|else|is it))?[\s$\\()\[\]]*", between):
            joined = [*(joined or [first]), second]
    if not joined or len({str(formula.node) for _, formula in joined}) == 1:
        return None
    if not all(isinstance(formula.node, Relation | Logic) for _, formula in joined):
        raise Unreadable(joined[1][0].start, "two answers at once", "give one answer")
    notes = tuple(note for _, formula in joined for note in formula.notes)
    node = Logic("or", tuple(formula.node for _, formula in joined))
    return joined[-1][0], Formula(node, None, notes)


def _joined(text: str, read: list[tuple[Piece, Formula]], marked: list[Piece]) -> tuple[Piece, Formula] | None:
    """Values, or equations with different left sides, with nothing but commas and "and" between them, as one answer."""
    gaps = [between(text, marked, place) for place in range(1, len(marked))]
    if len(read) != len(marked) or len(read) < 2 or not all(_LISTING.fullmatch(gap) for gap in gaps):
        return None
    nodes = [formula.node for _, formula in read]
    notes = tuple(note for _, formula in read for note in formula.notes)
    if any(formula.label for _, formula in read):
        return None
    if all(isinstance(node, Relation | Logic) for node in nodes):
        left = {str(node.operands[0]) for node in nodes if isinstance(node, Relation)}
        ordered = all(isinstance(node, Relation) and _ORDERS.issuperset(node.operators) for node in nodes)
        together = len(left) == len(nodes) or ordered
        return (read[-1][0], Formula(Logic("and", tuple(nodes)), None, notes)) if together else None
    if any(isinstance(node, Relation | Logic) for node in nodes):
        return None
    values = all(not isinstance(node, Symbol | Indexed) for node in nodes)
    return (read[-1][0], Formula(Tuple(tuple(nodes)), None, notes)) if values else None
