r"""Clauses beside a recurrence that only say how far its index goes: ``t = 1, 2, \dots``, ``for t \ge 1``."""

from __future__ import annotations

from grader.mathematics.reading.names import Key, Names
from grader.mathematics.reading.tokens import Token
from grader.mathematics.substituting import names_in
from grader.mathematics.tree import Cases, Indexed, Node, Relation, Symbol

_SEPARATORS = frozenset({",", ";", "newline", "sentence"})
_LEADING = frozenset({"for", "if"})
_ALL = frozenset({"all", "any", "every", "each"})
_ORDERS = frozenset({"<", "<=", ">", ">=", "in"})


def without_dotted_ranges(tokens: list[Token], names: Names, notes: list[str]) -> list[Token]:
    r"""Drop ``t = 1, 2, \dots`` or ``l = L-1, \dots, 0`` beside another equation; nothing else has such dots."""
    dots = next(
        (
            place
            for place, token in enumerate(tokens)
            if token.kind == "command"
            and token.text == "ellipsis"
            and place
            and tokens[place - 1].text == ","
            and _depth(tokens[:place]) == 0
        ),
        None,
    )
    start = None if dots is None else _clause_start(tokens, dots, names)
    if dots is None or start is None:
        return tokens
    stop = _clause_end(tokens, dots)
    kept = [*tokens[:start], *tokens[stop:]]
    if not any(token.kind == "op" and token.text == "=" for token in kept):
        return tokens
    notes.append("the range of the index is not read")
    return kept


def _depth(tokens: list[Token]) -> int:
    return sum((token.kind == "open") - (token.kind == "close") for token in tokens)


def _clause_start(tokens: list[Token], dots: int, names: Names) -> int | None:
    """Where the clause begins whose equation lists the values of an index before the dots."""
    sign = next((place for place in range(dots - 1, 0, -1) if tokens[place].text in {"=", "in"}), None)
    if sign is None or tokens[sign - 1].kind != "word":
        return None
    name = names.word(tokens[sign - 1].text)
    kind = names.kinds.get(name) if name is not None else None
    if kind is not None and kind.name != "index" and "integer" not in kind.name:
        return None
    start = sign - 1
    if start and tokens[start - 1].kind == "word" and tokens[start - 1].text in _ALL:
        start -= 1
    if start and tokens[start - 1].kind == "op" and tokens[start - 1].text in _LEADING:
        start -= 1
    before = tokens[start - 1] if start else None
    led = tokens[start].kind == "op" or tokens[start].quad
    if before is None or led:
        return start
    return start if before.kind == "op" and before.text in _SEPARATORS else None


def _clause_end(tokens: list[Token], dots: int) -> int:
    """Where the clause ends: behind the dots, or behind a last value that follows them."""
    stop = dots + 1
    if tokens[stop].text != ",":
        return stop
    last = stop + 1
    while tokens[last].kind != "end" and not (
        tokens[last].kind == "op" and tokens[last].text in _SEPARATORS and _depth(tokens[stop:last]) == 0
    ):
        if tokens[last].kind == "op" and tokens[last].text in {"=", *_ORDERS}:
            return stop
        if tokens[last].quad:
            break
        last += 1
    return last


def without_ranges(parts: list[Node], notes: list[str]) -> list[Node]:
    """Drop statements and conditions that only bound the index of a recurrence among the parts."""
    inner = [part.branches[0][0] if isinstance(part, Cases) and len(part.branches) == 1 else part for part in parts]
    indices = {name for part in inner for name in _recurring(part)}
    if not indices:
        return parts
    kept: list[Node] = []
    for part, body in zip(parts, inner, strict=True):
        if _bounds(part, indices):
            notes.append("the range of the index is not read")
        elif part is not body and isinstance(part, Cases) and _bounds(part.branches[0][1], indices):
            notes.append("the range of the index is not read")
            kept.append(body)
        else:
            kept.append(part)
    return kept


def _recurring(part: Node) -> frozenset[str]:
    """The indices of an equation for a member of a family that uses other members."""
    match part:
        case Relation(operators=("=",), operands=(Indexed(name=name, indices=many), right)) if name in names_in(right):
            return frozenset[str]().union(*map(names_in, many))
        case _:
            return frozenset()


def _bounds(part: Node | None, indices: set[str]) -> bool:
    """Whether a statement only says between which values an index lies."""
    if not isinstance(part, Relation) or not set(part.operators) <= _ORDERS:
        return False
    return any(isinstance(one, Symbol) and one.name in indices for one in part.operands) and not any(
        isinstance(one, Indexed) for one in part.operands
    )


def without_time(head: list[Token], tokens: list[Token], names: Names, notes: list[str]) -> list[Token]:
    r"""``\theta_{t+1} = \theta_t - \eta g_t`` where all three are single numbers: without the index of the step.

    Only a right side in which each name carries the step in one form is read so: ``x_t + x_{t-1}`` has two.
    """
    step = _step_of(head)
    if step is None:
        return tokens
    carried: dict[str, str] = {}
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        stop = _script_end(tokens, place, step)
        if stop is None or not kept:
            kept.append(tokens[place])
            place += 1
            continue
        name = _carrier(kept, names)
        shown = "".join(token.text for token in tokens[place:stop])
        if name is None or carried.setdefault(name, shown) != shown:
            return tokens
        place = stop
    if carried:
        notes.append(f"the index {step} of a step is not read")
    return kept


def _step_of(head: list[Token]) -> str | None:
    """The letter that counts the steps in the name of an answer: t in ``w_{t+1}`` and ``w^{(t)}``."""
    for place, token in enumerate(head):
        letters = [one.text for one in head[place + 1 :] if one.kind == "word"]
        if token.kind == "op" and token.text in {"_", "^"} and len(letters) == 1 and len(letters[0]) == 1:
            return letters[0] if _script_end(head, place, letters[0]) is not None else None
    return None


def _script_end(tokens: list[Token], place: int, step: str) -> int | None:
    """Where ``_t``, ``_{t-1}`` or ``^{(t)}`` ends that begins here; None if something else does."""
    sign = tokens[place]
    if sign.kind != "op" or sign.text not in {"_", "^"} or place + 1 >= len(tokens):
        return None
    depth, stop = 0, place + 1
    while stop < len(tokens):
        depth += (tokens[stop].kind == "open") - (tokens[stop].kind == "close")
        stop += 1
        if depth <= 0:
            break
    inside = tokens[place + 1 : stop]
    plain = [one.text for one in inside if one.kind not in {"open", "close"}]
    round_bracket = any(one.kind == "open" and one.text == "(" for one in inside)
    known = all(text == step or text.isdigit() or text in {"+", "-"} for text in plain)
    return stop if known and plain.count(step) == 1 and (sign.text == "_" or round_bracket) else None


def _carrier(kept: list[Token], names: Names) -> str | None:
    """The declared number whose name ends here (with its accent), if it takes no index."""
    place = len(kept) - 1
    while place > 0 and kept[place].kind == "close" and kept[place].text == "{":
        place -= 1
    if kept[place].kind != "word":
        return None
    word = kept[place].text
    while place > 0 and kept[place - 1].kind == "open" and kept[place - 1].text == "{":
        place -= 1
    accent = kept[place - 1].text if place > 0 and kept[place - 1].kind == "accent" else ""
    name = names.get(Key(word, accent)) if accent else names.word(word)
    kind = names.kinds.get(name) if name is not None else None
    return name if kind is not None and kind.scalar else None
