r"""What stands before an equals sign and only names the answer: ``A^{-1} =`` where no text has A otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.levels import EXPECTATIONS, VARIANCES
from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.recursive import recursive_function
from grader.mathematics.reading.tokens import Token

_OPERATIONS = (("-", "1"), ("top",), ("T",), ("-", "T"), ("-", "top"), ("+",), ("-", "1", "/", "2"))
_OPERATORS = frozenset({"Cov", "cov", "Corr", "corr", "P", "p", "Pr", "O", "o", "Theta", "Omega"})
_STATES = frozenset("sxz")
_SCRIPTED = frozenset({"_", "'", "''"})


def answer_names(texts: Sequence[Sequence[Token]]) -> frozenset[str]:
    r"""The left sides ``A^{-1}``, ``\hat\Sigma^{-1}`` of a matrix that no text mentions otherwise, as `head_text`."""
    found: dict[int, tuple[str, str]] = {}
    named: set[str] = set()
    for number, tokens in enumerate(texts):
        sign = _first_equals(tokens)
        head = tokens[:sign]
        alone = len(texts) == 1
        called = not alone and (_is_lone_call(texts, number, sign) or _is_extreme(head) or _is_convolution(head))
        called = called or _is_bare_derivative(head) or _is_directional(head)
        if called or (not alone and (_is_row(texts, number, sign) or _is_assigned(texts, number, sign))):
            named.add(head_text(head))
            continue
        name = _inverted(head) or _applied(head) or ("" if alone else _called(head) or _measured(tokens, sign))
        if name:
            found[number] = name, head_text(tokens[:sign])
    if len({text for _, text in found.values()}) > 1:
        return frozenset(named)  # two different quantities are no names of one answer
    recursive = {recursive_function(tokens) for tokens in texts}
    for number, (name, text) in found.items():
        if name in recursive:
            continue
        begin = _first_equals(texts[number])
        others = [texts[number][begin:], *(tokens for place, tokens in enumerate(texts) if place not in found)]
        if not any(
            one.kind == "word" and name in one.text and find(one.text) is None for part in others for one in part
        ):
            named.add(text)
    return frozenset(named)


def _is_lone_call(texts: Sequence[Sequence[Token]], number: int, sign: int) -> bool:
    """Whether a left side is one letter before a bracket, ``p(k) =``, and the letter is no function anywhere."""
    head = texts[number][:sign]
    if len(head) < len("p()") or head[0].kind != "word" or head[1].text != "(" or len(head[0].text) > 1:
        return False
    if _closing(head) != len(head) - 1 or head[0].text in EXPECTATIONS or any(one.kind == "bar" for one in head):
        return False
    parts = [texts[number][sign:], *(tokens for place, tokens in enumerate(texts) if place != number)]
    called = any(
        one.text == head[0].text and _is_called(part, place) for part in parts for place, one in enumerate(part)
    )
    mentioned = any(one.text == head[0].text for part in parts for one in part)
    return mentioned and not called and not any(_first_equals(part) for part in parts[1:])


def _is_called(tokens: Sequence[Token], place: int) -> bool:
    """Whether an index, or a bracket with names and numbers alone, stands behind a name."""
    if place + 1 < len(tokens) and tokens[place + 1].text in {"'", "''"}:
        return True
    if place + 1 >= len(tokens) or (tokens[place + 1].kind, tokens[place + 1].text) not in {("open", "("), ("op", "_")}:
        return False
    stop = next((here for here in range(place + 1, len(tokens)) if tokens[here].kind == "close"), len(tokens))
    signs = {one.text for one in tokens[place + 2 : stop] if one.kind == "op"}
    return tokens[place + 1].text == "_" or not signs & {"+", "-"}


def _closing(head: Sequence[Token]) -> int:
    depth = 0
    for place, token in enumerate(head):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and token.kind == "close":
            return place
    return -1


def _is_row(texts: Sequence[Sequence[Token]], number: int, sign: int) -> bool:
    """Whether a left side is a row of letters with its scripts that stands nowhere else: ``PE_{(pos,2i)}``, ``dz``."""
    head = texts[number][:sign]
    if not head or head[0].kind != "word" or len(head[0].text) < len("dz") or find(head[0].text) is not None:
        return False
    word = head[0].text
    differential = len(word) == len("dz") and word[0] == "d"
    if not (differential or (word.isascii() and word.isupper())) or not _only_scripts(head):
        return False
    others = [tokens for place, tokens in enumerate(texts) if place != number]
    if any(_first_equals(one) and head_text(one[: _first_equals(one)]) != head_text(head) for one in others):
        return False
    others = [one[_first_equals(one) :] for one in others]
    parts = [texts[number][sign:], *others]
    words = {one.text for part in parts for one in part if one.kind == "word"}
    letters = {letter for one in words if one not in GREEK and find(one) is None for letter in one}
    return word not in words and not letters & set("d" if differential else word)


def _is_assigned(texts: Sequence[Sequence[Token]], number: int, sign: int) -> bool:
    """Whether a name stands before the only equals sign and behind it, and in other texts that are no equations."""
    head, body = texts[number][:sign], texts[number][sign + 1 :]
    if len(head) != 1 or head[0].kind != "word" or _first_equals(body):
        return False
    others = [tokens for place, tokens in enumerate(texts) if place != number]
    return not any(map(_first_equals, others)) and all(
        any(one.kind == "word" and one.text == head[0].text for one in part) for part in (body, *others)
    )


def _only_scripts(head: Sequence[Token]) -> bool:
    """Whether nothing but scripts stands behind the first word."""
    place = 1
    while place < len(head):
        if head[place].text not in {"_", "^"} or place + 1 >= len(head):
            return False
        depth, place = 0, place + 1
        while place < len(head):
            depth += (head[place].kind == "open") - (head[place].kind == "close")
            place += 1
            if depth == 0:
                break
    return True


def _is_extreme(head: Sequence[Token]) -> bool:
    r"""Whether a left side is ``\min_G \max_D V(D, G)``: the extreme value of a function named only there."""
    if not head or head[0].text not in {"max", "min"} or (head[-1].kind, head[-1].text) != ("close", "("):
        return False
    opening = max(place for place, one in enumerate(head) if (one.kind, one.text) == ("open", "("))
    inside = head[opening + 1 : -1]
    plain = all(one.kind == "word" or one.text in {",", ";", "_"} for one in inside)
    return plain and head[opening - 1].kind == "word" and not any(one.text in {"+", "-"} for one in head)


def _is_convolution(head: Sequence[Token]) -> bool:
    r"""Whether a left side is ``(f * g)(t)``."""
    signs = "".join("a" if one.kind == "word" else one.text for one in head if one.kind != "close")
    return signs in {"(a*a(a", "(a*a[a"}


def _is_directional(head: Sequence[Token]) -> bool:
    r"""Whether a left side is ``D_u f`` or ``D_{\mathbf u} f(1, 2)``, a directional derivative."""
    if len(head) < len(("D", "_", "u", "f")) or (head[0].text, head[1].text) != ("D", "_"):
        return False
    below = closing(head, 2) if head[2].kind == "open" else 2
    letter = [one.text for one in head[2 : below + 1] if one.kind == "word"]
    rest = head[below + 1 :]
    return len(letter) == 1 and len(letter[0]) == 1 and bool(rest) and rest[0].text in {"f", "g", "F"}


def _is_bare_derivative(head: Sequence[Token]) -> bool:
    r"""Whether a left side is ``\frac{\partial}{\partial x}`` of nothing."""
    if len(head) < len(("frac", "{", "d", "}", "{", "dx", "}")) or head[0].text != "frac":
        return False
    above = closing(head, 1)
    if above + 1 >= len(head) or closing(head, above + 1) != len(head) - 1:
        return False
    sign, below = [one.text for one in head[2:above]], head[above + 2 : -1]
    plain = bool(below) and all(one.kind in {"word", "command", "accent"} or one.text in "{}_" for one in below)
    long = len(below) > 1 or len(below[0].text) > 1
    return plain and long and sign in (["d"], ["partial"]) and below[0].text.startswith(sign[0])


def _first_equals(tokens: Sequence[Token]) -> int:
    """Where the first equals sign outside all brackets stands; 0 if there is none."""
    depth = 0
    for place, token in enumerate(tokens):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0 and (token.kind, token.text) == ("op", "="):
            return place
    return 0


def _applied(head: Sequence[Token]) -> str:
    r"""The name in ``\cos\theta`` or ``\log(L)``; empty for anything else."""
    names = [one for one in head if one.kind == "word"]
    others = {one.text for one in head if one.kind != "word"}
    if len(names) != len("fx") or not others <= {"(", "{"} or head[0].kind != "word":
        return ""
    entry, name = find(names[0].text), names[1].text
    return name if entry is not None and entry.elementwise and find(name) is None else ""


def _called(head: Sequence[Token]) -> str:
    r"""The word in ``\mathrm{prox}_{\lambda}(x)``, whatever its scripts and bracket hold; else nothing."""
    if len(head) < len("f()") or head[0].kind != "word" or head[-1].kind != "close" or head[-1].text != "(":
        return ""
    depth = 0
    for place, token in enumerate(head[1:], start=1):
        depth += (token.kind == "open") - (token.kind == "close")
        if (
            depth == 0
            and token.kind != "close"
            and head[place - 1].text not in {"_", "^"}
            and token.text not in {"_", "^"}
        ):
            return ""
        if depth == 1 and token.kind == "open" and token.text not in {"{", "("}:
            return ""
    if sum(one.kind == "open" and one.text == "(" for one in head) != 1:
        return ""
    lowered = head[0].text == "E" and head[1].text == "_"
    valued = head[0].text == "V" and head[-2].text in _STATES and not head[0].font  # the value of a state
    operator = head[0].text in VARIANCES | EXPECTATIONS | _OPERATORS and not (lowered or valued)
    product = re.fullmatch("[a-z][fgh]", head[0].text) is not None and not head[0].font  # `xf(x)` is x times f(x)
    known = find(head[0].text) is not None or operator or product
    return "" if known else head[0].text


def _measured(tokens: Sequence[Token], sign: int) -> str:
    r"""P, if the left side holds probabilities, ``\\log\\frac{P(y=1)}{P(y=0)}``, and what follows holds none."""
    for place, token in enumerate(tokens[:sign]):
        if token.kind == "word" and token.text in {"P", "Pr"} and tokens[place + 1].text in {"(", "["}:
            return token.text
    return ""


def head_text(tokens: Sequence[Token]) -> str:
    """What stands before a sign as one word, by which it is found again."""
    return " ".join(token.text for token in tokens)


def _inverted(head: Sequence[Token]) -> str:
    """The name that is inverted or transposed and is all that stands here; empty for anything else."""
    words = [place for place, one in enumerate(head) if one.kind == "word"]
    raised = next((place for place, one in enumerate(head) if (one.kind, one.text) == ("op", "^")), None)
    if not words or raised is None or raised < words[0]:
        return ""
    exponent = tuple(one.text for one in head[raised + 1 :] if one.text not in {"{", "}"})
    before = head[:raised]
    plain = all(one.kind in {"word", "accent", "open", "close", "number"} or one.text in _SCRIPTED for one in before)
    first = next((one for one in before if one.kind != "accent" and one.text != "{"), None)
    single = sum(
        one.kind == "word" and (not place or before[place - 1].text != "_") for place, one in enumerate(before)
    )
    if exponent not in _OPERATIONS or not plain or first is None or first.kind != "word" or single > 1:
        return ""
    return first.text
