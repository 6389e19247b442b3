r"""What stands before an equals sign and only names the answer: ``A^{-1} =`` where no text has A otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.functions import find
from grader.mathematics.reading.levels import EXPECTATIONS, VARIANCES
from grader.mathematics.reading.tokens import Token

_OPERATIONS = (("-", "1"), ("top",), ("T",), ("-", "T"), ("-", "top"), ("+",), ("-", "1", "/", "2"))
_WORD = 3
_SCRIPTED = frozenset({"_", "'", "''"})


def answer_names(texts: Sequence[Sequence[Token]]) -> frozenset[str]:
    r"""The left sides ``A^{-1}``, ``\hat\Sigma^{-1}`` of a matrix that no text mentions otherwise, as `head_text`."""
    found: dict[int, tuple[str, str]] = {}
    for number, tokens in enumerate(texts):
        sign = next((place for place, one in enumerate(tokens) if (one.kind, one.text) == ("op", "=")), 0)
        name = _inverted(tokens[:sign]) or _applied(tokens[:sign]) or _called(tokens[:sign])
        if name:
            found[number] = name, head_text(tokens[:sign])
    named: set[str] = set()
    for number, (name, text) in found.items():
        begin = next(place for place, one in enumerate(texts[number]) if (one.kind, one.text) == ("op", "="))
        others = [texts[number][begin:], *(tokens for place, tokens in enumerate(texts) if place not in found)]
        if not any(
            one.kind == "word" and name in one.text and find(one.text) is None for part in others for one in part
        ):
            named.add(text)
    return frozenset(named)


def _applied(head: Sequence[Token]) -> str:
    r"""The name in ``\cos\theta`` or ``\log(L)``; empty for anything else."""
    names = [one for one in head if one.kind == "word"]
    others = {one.text for one in head if one.kind != "word"}
    if len(names) != len("fx") or not others <= {"(", "{"} or head[0].kind != "word":
        return ""
    entry, name = find(names[0].text), names[1].text
    return name if entry is not None and entry.elementwise and find(name) is None else ""


def _called(head: Sequence[Token]) -> str:
    r"""The word in ``\mathrm{prox}_{\lambda}(x)``, whatever stands below it and in its bracket; empty for else."""
    if len(head) < len("f()") or head[0].kind != "word" or head[0].font != "upright" or len(head[0].text) < _WORD:
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
    known = find(head[0].text) is not None or head[0].text in VARIANCES | EXPECTATIONS | {"Cov", "cov", "Corr", "Pr"}
    return "" if known else head[0].text


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
