"""The lines of an answer: remarks and numbers beside them, lines that go on, words around a count, steps with dots."""

from __future__ import annotations

import re

from grader.errors import Unreadable
from grader.mathematics.reading.levels import GROWTH
from grader.mathematics.reading.names import Names
from grader.mathematics.reading.saying import leaves_value, takes_back
from grader.mathematics.reading.tokens import Token

_PUNCTUATION = frozenset({",", ";", ".", "newline", ":", "sentence"})
_JOINING = re.compile(r"\b(?:and|or)$")
_RESOURCES = frozenset({"time", "space", "memory", "complexity", "runtime"})
_DENYING = re.compile(
    r"\b(?:not|no|never|cannot|less|more|least|most|between|unequal|minus|negative|half|twice|times|either|or|if)\b|n't",
    re.IGNORECASE,
)
_ARITHMETIC = re.compile(
    r"(?:and\s+|then\s+|all\s+)?(?:divided|multiplied|times|plus|minus|over|raised|to\s+the|added|subtracted|less|more|fewer"
    r"|greater|smaller|larger|squared|cubed|per\s?cent|percent|thousand|million|billion|trillion|hundred|dozen|factorial"
    r"|modulo|choose|out\s+of|e[-+])(?:\b|$)|[^A-Za-z]*[A-Za-z]?[^A-Za-z)]*$",
    re.IGNORECASE,
)
"""Words beside a formula that go on with the calculation."""
_CONSTRAINING = re.compile(r"(?:s\.?\s*t\b|subject\s+to|such\s+that|unless|except|but)\b", re.IGNORECASE)
_LIMITING = re.compile(r"\bat\s+(?:most|least|best|worst)\b|\bor\s+(?:more|less|fewer)\b", re.IGNORECASE)
_UNFINISHED = frozenset(
    {"=", "+", "-", "*", "/", "cdot", "times", ",", "<", "<=", ">", ">=", "~=", "newline", "=>", "and", "or"}
)
_CONTINUING = frozenset({"=", "<", "<=", ">", ">=", "~=", "+", "-", "cdot", "times", "newline", "=>", "in"})
_RELATED = frozenset({"=", "<", "<=", ">", ">=", "~=", "!=", "in", ":="})
CONNECTING = frozenset(
    {
        "therefore",
        "thus",
        "hence",
        "so",
        "then",
        "finally",
        "consequently",
        "now",
        "answer",
        "result",
        "solution",
        "and",
    }
)
_ABOUT = frozenset(
    {"about", "roughly", "approximately", "approx", "around", "ca", "circa", "exactly", "answer", "result"}
)
COUNTED = frozenset(
    {
        *(
            "multiplications",
            "additions",
            "operations",
            "parameters",
            "values",
            "elements",
            "weights",
            "numbers",
            "entries",
        ),
        *(
            "units",
            "neurons",
            "floats",
            "steps",
            "iterations",
            "samples",
            "activations",
            "flops",
            "mults",
            "params",
            "times",
        ),
        *("mult", "mults", "muls", "adds", "macs", "ops", "op", "classes", "features", "channels", "heads", "images"),
        *("nodes", "edges", "rows", "columns", "dimensions", "dims", "biases", "filters", "kernels", "words", "value"),
        *("parameter", "weight", "element", "unit", "neuron", "layer", "sample", "example", "step", "multiplies"),
        *("nats", "approx", "approximately", "dollars", "euros", "total", "overall", "altogether", "each"),
        *("layers", "inputs", "outputs", "pixels", "examples", "tokens", "epochs", "updates", "scalars"),
    }
)


def split_lines(tokens: list[Token]) -> list[list[Token]]:
    """The lines, each with an end of its own."""
    end = tokens[-1]
    lines: list[list[Token]] = [[]]
    depth = 0
    for token in tokens[:-1]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth <= 0 and token.kind == "op" and token.text == "newline":
            lines.append([])
        else:
            lines[-1].append(token)
    closed = [[*line, end._replace(start=line[-1].end, end=line[-1].end)] for line in lines if line]
    return closed or [[end]]


def comma_run(tokens: list[Token], place: int) -> list[str]:
    """The numbers around the comma at ``place`` that only commas join."""
    run = [tokens[place - 1].text]
    while tokens[place].text == "," and tokens[place + 1].kind == "number" and not tokens[place + 1].space:
        run.append(tokens[place + 1].text)
        place += 2
    return run


def without_remarks(tokens: list[Token], notes: list[str]) -> list[Token]:
    r"""Drop equation numbers and the words beside a line (``& \text{independent terms}``, ``\quad (8)``)."""
    kept: list[Token] = []
    position = 0
    while position < len(tokens):
        token = tokens[position]
        if (token.kind == "remark" or _remark_word(tokens, position)) and kept and _beside(kept, token):
            if _JOINING.search(token.text) and tokens[position + 1].kind not in {"end", "lines", "remark"}:
                raise Unreadable(token.start, "two answers at once", "give one answer")
            if [one.kind for one in kept] == ["number"] and not leaves_value("", token.text):
                raise Unreadable(token.start, f"words behind the value, {token.text!r}", "give the value alone")
            if _CONSTRAINING.match(token.text) and tokens[position + 1].kind not in {"end", "lines"}:
                raise Unreadable(
                    token.start, f"a constraint behind the formula, {token.text!r}", "give the formula alone"
                )
            if _LIMITING.search(token.text) or takes_back(token.text):
                raise Unreadable(token.start, f"words behind the formula, {token.text!r}", "give the formula alone")
            if _ARITHMETIC.match(token.text) and tokens[position + 1].kind not in {"end", "lines"}:
                raise Unreadable(token.start, f"words inside the formula, {token.text!r}", "write the formula in signs")
            while kept and kept[-1].kind == "op" and kept[-1].text in {"&", ","}:
                kept.pop()
            while (
                tokens[position].kind != "end"
                and tokens[position].text != "newline"
                and tokens[position].kind != "lines"
            ):
                position += 1
            notes.append("the words beside the formula are not read")
            continue
        if token.quad and token.kind == "open" and token.text == "(" and _numbered_line(tokens, position):
            notes.append("the number of the equation is not read")
            position += 3
            continue
        closing = _condition_end(tokens, position) if token.quad and token.text == "(" else None
        if closing is not None:
            kept.append(token._replace(kind="op", text="for"))
            kept.extend(tokens[position + 1 : closing])
            position = closing + 1
            continue
        kept.append(token)
        position += 1
    return kept


def _condition_end(tokens: list[Token], position: int) -> int | None:
    r"""Where ``\quad (t \ge 1)`` closes, if it holds a condition and ends its line."""
    depth, related = 0, False
    for place in range(position, len(tokens)):
        token = tokens[place]
        depth += (token.kind == "open") - (token.kind == "close")
        related = related or (depth == 1 and token.kind == "op" and token.text in _RELATED)
        if depth == 0:
            after = tokens[place + 1]
            ends = after.kind == "end" or (after.kind == "op" and after.text in _PUNCTUATION)
            return place if related and token.kind == "close" and ends else None
    return None


def _remark_word(tokens: list[Token], position: int) -> bool:
    token = tokens[position]
    return (
        token.kind == "word"
        and token.font == "upright"
        and token.quad
        and tokens[position + 1].kind in {"end", "remark"}
    )


def _beside(kept: list[Token], token: Token) -> bool:
    return token.quad or (kept[-1].kind == "op" and kept[-1].text == "&" and _depth(kept) == 0) or _depth(kept) == 0


def _depth(tokens: list[Token]) -> int:
    return sum((token.kind == "open") - (token.kind == "close") for token in tokens)


def _numbered_line(tokens: list[Token], position: int) -> bool:
    number, closing, after = (tokens[min(position + i, len(tokens) - 1)] for i in (1, 2, 3))
    return (
        number.kind == "number"
        and number.text.isdigit()
        and closing.kind == "close"
        and (after.kind in {"end", "lines"} or after.text == "newline")
    )


def separated(tokens: list[Token]) -> list[Token]:
    r"""With a comma where ``\quad`` stands between two equations."""
    kept: list[Token] = []
    depth = 0
    related = False
    for place, token in enumerate(tokens):
        between = token.quad and depth == 0 and related and token.kind != "op" and kept[-1].kind != "op"
        if between and _relation_ahead(tokens, place):
            kept.append(Token("op", ",", token.start, token.start))
            related = False
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind == "op" and token.text in {",", "newline", "sentence"}:
            related = False
        related = related or (depth == 0 and token.kind == "op" and token.text in _RELATED)
        kept.append(token)
    return kept


def _relation_ahead(tokens: list[Token], place: int) -> bool:
    depth = 0
    for token in tokens[place:]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind == "op" and token.text in _RELATED:
            return True
        if depth == 0 and token.kind == "op" and token.text in {",", "newline", "sentence"}:
            return False
    return False


def joined_lines(tokens: list[Token], *, latex: bool) -> list[Token]:
    """Join lines that go on: those that begin with a relation or a sign, follow one, or stand inside brackets."""
    kept: list[Token] = []
    aligned = any(token.kind == "lines" or token.text == "newline" for token in tokens)
    depth = 0
    for token in tokens:
        if token.kind == "lines":
            continue
        inside = depth > 0
        depth += (token.kind == "open") - (token.kind == "close")
        if not inside and token.kind == "op" and token.text == "&" and aligned and latex:
            continue
        if token.kind == "op" and token.text == "newline":
            if inside and not latex:
                continue
            if kept and kept[-1].kind == "op" and kept[-1].text in _UNFINISHED and not inside:
                continue
        if not inside and kept and kept[-1].text == "newline" and token.kind == "op" and token.text in _CONTINUING:
            kept.pop()
        kept.append(token)
    return kept


def trimmed(tokens: list[Token]) -> list[Token]:
    """Without punctuation and line breaks at either end."""
    end = tokens[-1]
    body = tokens[:-1]
    while body and body[-1].kind == "op" and body[-1].text in _PUNCTUATION:
        body.pop()
    first = 0
    while first < len(body) and body[first].kind == "op" and body[first].text in {"newline", ",", ";", "=>", "->"}:
        first += 1
    return [*body[first:], end]


def without_counted(tokens: list[Token], names: Names, notes: list[str]) -> list[Token]:
    """Drop "about" before and what is counted behind ("58 parameters"); join the sizes of ``4 x 128``."""
    said = tokens[0].kind == "remark" and len(tokens) > 2
    if said and [one.kind for one in tokens[1:]] == ["number", "end"] and not leaves_value(tokens[0].text, ""):
        raise Unreadable(tokens[0].start, f"words before the value, {tokens[0].text!r}", "give the value alone")
    if said and not _DENYING.search(tokens[0].text):
        notes.append("the words before the formula are not read")
        tokens = tokens[1:]
    while len(tokens) > 2 and tokens[0].font == "upright" and tokens[0].text.lower() in CONNECTING:
        notes.append(f"{tokens[0].text!r} is not read")
        tokens = tokens[1:]
    first, last = tokens[0], tokens[-2] if len(tokens) > 1 else tokens[0]
    if first.kind == "word" and first.text.lower() in _ABOUT and names.word(first.text) is None and len(tokens) > 2:
        notes.append(f"{first.text!r} is not read")
        tokens = tokens[1:]
    labels = len(tokens) > 2 and tokens[-3].text in {"_", "^"}
    counted = last.kind == "word" and last.text.lower() in COUNTED and names.word(last.text) is None
    if counted and not labels and len(tokens) > 2:
        notes.append(f"{last.text!r} is not read")
        tokens = [*tokens[:-2], tokens[-1]]
    if first.text.lower() in _RESOURCES and len(tokens) > 3 and tokens[1].text in GROWTH and tokens[2].text == "(":
        notes.append(f"{first.text!r} is not read")
        tokens = tokens[1:]
    if last.text.lower() in _RESOURCES and first.text in GROWTH and tokens[-3].kind == "close":
        notes.append(f"{last.text!r} is not read")
        tokens = [*tokens[:-2], tokens[-1]]
    if names.word("x") is not None:
        return tokens
    joined = list(tokens)
    for i in range(1, len(joined) - 1):
        before, token, after = joined[i - 1 : i + 2]
        if token.kind == "word" and token.text in {"x", "X"} and before.kind == after.kind == "number" and token.space:
            joined[i] = token._replace(kind="op", text="by")
    return joined


def without_dotted_steps(tokens: list[Token], notes: list[str]) -> list[Token]:
    r"""Drop the steps of a chain that hold dots, if a step without any ends it: ``= \ldots =``."""
    if not any(token.kind == "command" and token.text == "ellipsis" for token in tokens):
        return tokens
    depth = 0
    steps: list[list[Token]] = [[]]
    for token in tokens[:-1]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind == "op" and token.text in {"=", "~="}:
            steps.append([token])
        else:
            steps[-1].append(token)
    dotted = [any(token.kind == "command" and token.text == "ellipsis" for token in step) for step in steps]
    if dotted[-1] or not any(dotted):
        return tokens
    notes.append("the steps with dots are not read")
    kept = [token for step, dots in zip(steps, dotted, strict=True) if not dots for token in step]
    return [*kept, tokens[-1]]
