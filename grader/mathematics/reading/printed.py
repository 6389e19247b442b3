"""Arrays as Python and MATLAB print them: numbers apart by blanks, rows by brackets, semicolons or lines."""

from __future__ import annotations

import re
from fractions import Fraction

from grader.mathematics.reading.limits import Limits
from grader.mathematics.tree import Matrix, Negate, Node, Number, Tuple

_CALL = re.compile(
    r"\s*(?:(?:np|numpy|torch|jnp|tf)\.)?(?:array|tensor|matrix|Tensor|Parameter)\((?P<inside>.*)\)\s*", re.DOTALL
)
_KEYWORDS = re.compile(r",\s*(?:dtype|requires_grad|device|grad_fn)\s*=\s*[\w.:'\"<>]+(?:\([^()]{0,40}\))?(?=\s*[,)])")
_QUOTED = re.compile(r"\s*(?P<mark>['\"])(?P<inside>[^'\"]*)(?P=mark)\s*")
_DIGITS = r"[-+]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]{1,3}+)?"
_NUMBER = re.compile(_DIGITS)
# Possessive throughout: no text can make these patterns try the same blanks twice.
_ROW = rf"\s*+{_DIGITS}(?:(?:\s*+,\s*+|\s++){_DIGITS})*+\s*+,?\s*+"
_BARE_ROW = rf"[ \t]*+{_DIGITS}(?:[ \t]++{_DIGITS})++[ \t]*+"
_LIST = re.compile(rf"\s*+\[{_ROW}\]\s*+")
_ROWS = re.compile(rf"\s*+\[\s*+(?:\[{_ROW}\]\s*+,?\s*+)++\]\s*+")
_SEMICOLONS = re.compile(rf"\s*+\[?{_ROW}(?:;{_ROW})++;?\s*+\]?\s*+")
_LINES = re.compile(rf"{_BARE_ROW}(?:\r?\n{_BARE_ROW})++\s*+")
_NEEDED = re.compile(r"[0-9.][ \t\n\r]+[-+.0-9]|[0-9]\.(?![0-9])|\][ \t\n\r]+\[")
_LONGEST = 2048


def printed_array(text: str, limits: Limits) -> Node | None:
    """The matrix or list that a text is the print of; None where it is anything else.

    Only what the grammar cannot read is looked at: a list with commas, ``[[1, 2], [3, 4]]``, is left to it.
    """
    if len(text) > _LONGEST or not re.search(r"[0-9]", text):
        return None
    bare = _KEYWORDS.sub("", text)
    called = _CALL.fullmatch(bare)
    inside = called["inside"] if called is not None else bare
    quoted = _QUOTED.fullmatch(inside) if called is not None else None
    inside = quoted["inside"] if quoted is not None else inside
    if bare == text and quoted is None and _NEEDED.search(inside) is None:
        return None
    if len(re.findall(r"[0-9]+", inside)) > limits.tokens:
        return None
    span = (0, len(text))
    if _ROWS.fullmatch(inside):
        return _matrix(re.findall(r"\[([^\[\]]*)\]", inside), span)
    if _LIST.fullmatch(inside):
        return Tuple(_row(inside), "[", span=span)
    brackets = inside.strip()
    if _SEMICOLONS.fullmatch(inside) and brackets.startswith("[") == brackets.endswith("]"):
        return _matrix(brackets.strip("[];").split(";"), span)
    if called is None and _LINES.fullmatch(inside):
        return _matrix(inside.strip().splitlines(), span)
    return _number(inside.strip()) if called is not None and _NUMBER.fullmatch(inside.strip()) else None


def _matrix(rows: list[str], span: tuple[int, int]) -> Node | None:
    entries = tuple(_row(row) for row in rows if row.strip())
    return Matrix(entries, span=span) if len({len(row) for row in entries}) == 1 and len(entries[0]) > 0 else None


def _row(text: str) -> tuple[Node, ...]:
    return tuple(_number(found[0]) for found in _NUMBER.finditer(text))


def _number(text: str) -> Node:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.lstrip("+"))
    mantissa, _, exponent = digits.lower().partition("e")
    typed = len(mantissa.partition(".")[2]) - int(exponent or 0)
    number = Number(
        Fraction(f"{mantissa.rstrip('.')}{'e' + exponent if exponent else ''}"), typed if typed > 0 else None
    )
    return Negate(number) if sign else number
