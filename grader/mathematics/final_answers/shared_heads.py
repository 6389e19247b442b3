r"""Left sides that both texts have in other dress, ``y(t) =`` beside ``y =``, and those that no declared name is in."""

from __future__ import annotations

import re
from collections.abc import Collection

from grader.mathematics.reading.names import key_of

_EQUALS = re.compile(r"(?<![<>=!:~\\])=(?!=)")
_RELATIONS = re.compile(
    r"[<>≤≥≠≈]|\\(?:le|ge|lt|gt|leq|geq|ne|neq|approx|sim|in|propto|to|equiv)(?![A-Za-z])|:=|==|->|→|⇒"
)
_SPACE = re.compile(r"\s+|\\[,;:! ]|\\(?:left|right|displaystyle)(?![A-Za-z])|\$")
_DRESS = re.compile(r"\^\{?(?:\*|\\star|\\ast)\}?|_\{?(?:\*|\\star|\\ast)\}?")
_HAT = re.compile(r"\\(?:widehat|hat)(?:\{(\\?[A-Za-z]+)\}|(\\?[A-Za-z]+))")
_FONT = re.compile(r"\\(?:mathbf|boldsymbol|bm|mathrm|vec|text)\{(\\?[A-Za-z]+)\}")
_HEAD = re.compile(r"(\\?[A-Za-z]+)((?:_\{?[A-Za-z0-9]+\}?)?)((?:\((?:\\?[A-Za-z]+)(?:,\\?[A-Za-z]+)*\))?)")
_BOUNDED = re.compile(r"([A-Za-z])(?:>=|<=|>|<|≥|≤|\\(?:ge|le|geq|leq|geqslant|leqslant|gt|lt)(?![A-Za-z]))")
_DETERMINANT = re.compile(r"\|?\\det\(?(?:J|\\mathbf\{J\}|J_[A-Za-z])\)?\|?")
_WORDS = re.compile(r"\\?[A-Za-z]+")
_COMMANDS = frozenset(
    {rf"\{word}" for word in ("det", "left", "right", "mathbb", "mathbf", "mathrm", "operatorname", "text", "mathcal")}
    | {rf"\{word}" for word in ("frac", "partial", "nabla", "Delta", "hat", "bar", "tilde", "vert", "Vert")}
    | {rf"\{word}" for word in ("lvert", "rvert", "lVert", "rVert")}
)


def without_shared_head(text: str, other: str) -> str:
    r"""The right side of a text whose left side names the same as that of the other text, which stands nowhere else.

    A star, a hat, a word below (``\theta_{ML}``) and the letters that a function is of change nothing about what is
    named.
    """
    mine, its = _sides(text), _sides(other)
    if mine is None or its is None:
        return text
    heads = [_bare(mine[0]), _bare(its[0])]
    if heads[0] is None or heads[1] is None or _SPACE.sub("", mine[0]) == _SPACE.sub("", its[0]):
        return text
    bases, labels, letters = zip(heads[0], heads[1], strict=True)
    if letters[0] != letters[1] and "" not in letters:
        return text
    one_name = labels[0] == labels[1] or ("" in labels and len(max(labels, key=len)) > 1)
    if bases[0] != bases[1] or not one_name or any(_mentions(body, bases[0]) for body in (mine[1], its[1])):
        return text
    return mine[1].strip()


def without_undeclared_head(text: str, declared: Collection[str]) -> str:
    r"""The right side of an expected formula whose left side speaks of nothing that is declared: ``\det J = r``."""
    sides = _sides(text)
    if sides is None or not declared:
        return text if sides is None or not _DETERMINANT.fullmatch(_SPACE.sub("", sides[0])) else sides[1].strip()
    words = [word for word in _WORDS.findall(sides[0]) if word not in _COMMANDS]
    bases = {key_of(name).base for name in declared} | set(declared)
    if not words or any(base.lstrip("\\") in word for word in words for base in bases):
        return text
    return sides[1].strip()


def bounded_name(text: str, declared: Collection[str]) -> str:
    r"""The one undeclared letter that an expected formula bounds, ``n \ge \ln(2/\delta)``: its values are asked for."""
    found = _BOUNDED.match(_SPACE.sub("", text))
    names = {key_of(name).base for name in declared} | set(declared)
    rest = "" if found is None else _SPACE.sub("", text)[found.end() :]
    if found is None or not declared or found[1] in names or re.search(rf"(?<![A-Za-z\\]){found[1]}(?![A-Za-z])", rest):
        return ""
    return found[1]


def _sides(text: str) -> tuple[str, str] | None:
    """What stands before and behind the only sign of a text that relates two things; None of any other text."""
    signs = list(_EQUALS.finditer(text))
    if len(signs) != 1 or "," in re.sub(r"\([^()]*\)", "", text[: signs[0].start()]):
        return None
    before, behind = text[: signs[0].start()], text[signs[0].end() :]
    if before.count("$") % 2:
        before, behind = before.replace("$", "", 1), "$" + behind
    level = before.count("{") - before.count("}") + before.count("(") - before.count(")")
    return None if level or _RELATIONS.search(before + behind) or not behind.strip(" $") else (before, behind)


def _bare(head: str) -> tuple[str, str, str] | None:
    """The name that a left side is without its dress, what stands below it and in brackets; None where it is more."""
    plain = _FONT.sub(r"\1", _SPACE.sub("", head))
    plain = _HAT.sub(lambda found: found[1] or found[2], _DRESS.sub("", plain))
    found = _HEAD.fullmatch(plain)
    return None if found is None else (found[1], re.sub(r"[{}_]", "", found[2]), found[3])


def _mentions(body: str, base: str) -> bool:
    return any(base.lstrip("\\") in word for word in _WORDS.findall(body))
