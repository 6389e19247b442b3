r"""Remarks in brackets anywhere in an answer: ``2 (weights) + 2 (grads)``, ``p h^2 [p = drop prob.]``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.asides import is_turned, measures
from grader.mathematics.reading.saying import changes, denied

IsName = Callable[[str], bool]

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_PLAIN = re.compile(r"[A-Za-z ,.'’-]+")
_OPENS = re.compile(r"(?<=[\w)\]}$⁰¹²³⁴-⁹ᵀ⁻%])\s+(?P<bracket>[(\[])(?=\s*(?:\$?\\?[A-Za-z]))")
_CALLED = re.compile(r"([A-Za-z]+)\s*\Z")
_ENDS = re.compile(r"[\s.,;:$)\]+*/=<>≤≥≈·×−-]|\Z")
_FOLLOWS = re.compile(r"\s*as\s+(?!long\b|soon\b|well\b|far\b)[^=]*[^=<>\s][^=<>]*=")
_DEFINES = re.compile(
    r"\s*[A-Za-z\u0370-\u03ff](?:_?\{?\w+\}?)?\s*(?:=|:|is|are|denotes|means)\s*(?P<words>[A-Za-z ,.'’-]+)"
)
_ADJECTIVES = re.compile(
    r"\b(?:inverse|negative|reciprocal|conjugate|power|complement|zero)\s+(?=[a-z]{3,})|\bleast\s+(?=squares\b)",
    re.IGNORECASE,
)
"""Words that in front of a noun belong to its name: *inverse variance weighting*, *power rule*."""
_OPERATIONS = frozenset({"P", "Pr", "E", "Var", "Cov", "O", "Theta", "Omega", "max", "min"})
_LABEL = re.compile(r"\s*(?P<label>[A-Za-z]{2,}(?:-[A-Za-z]{2,})+(?:\s+[A-Za-z]{2,}){0,3})\s*=(?!=)")
_NOUNS = (
    "weights|biases|parameters|params|samples|features|units|neurons|entries|operations|flops|multiplications|additions"
)
_COUNTS = re.compile(rf"(?<=[\w)²]) (?P<noun>{_NOUNS})(?=\s*[+=])", re.IGNORECASE)
_LIES = re.compile(r"(?<=\w )(?:must lie|should lie|lies?|is|must be)(?= (?:in|∈) ?[(\[{])")
_COMPOUND = re.compile(
    r"(?:(?<![^\s])[A-Za-z]{3,}-[A-Za-z]{4,}(?=\s+[a-z]{2,})|(?<=[a-z]\s)[A-Za-z]{3,}-[A-Za-z]{4,}(?=[\s.,]))"
)
"""``self-attention`` beside another word."""
_LATIN = re.compile(r"\b(?:i\.\s?e|e\.\s?g)\.")
_MOST = 12
_LONG = 4


def without_remarks(text: str, is_name: IsName) -> str:
    r"""The text with blanks for each remark in brackets; its length stays.

    A remark stands apart behind a formula. It gives a reason (``as A = A^T``), says what a name stands for (``p = drop
    prob.``), or is made of words none of which is a name, a measure, or changes what is said. One word alone is a
    remark behind a number, or where several such brackets stand in one text.
    """
    found: list[tuple[int, int]] = []
    single: list[tuple[int, int]] = []
    for place, match in enumerate(_OPENS.finditer(text)):
        opening = match.start("bracket")
        closing = partner(text, opening)
        if place == _MOST:
            break
        if closing is None or (found and opening < found[-1][1]) or not _stands_apart(text, match.start(), closing):
            continue
        inside = re.sub(r"\$|\\text\s*\{|\}", "", text[opening + 1 : closing])
        words = _WORD.findall(inside)
        if len(words) == 1:
            single += [(opening, closing + 1)] if _is_noun(words, inside, is_name) and len(words[0]) >= _LONG else []
        elif _FOLLOWS.match(inside) or _is_definition(inside, is_name) or _is_noun(words, inside, is_name):
            found.append((opening, closing + 1))
    several = len(single) > 1
    found += [(start, end) for start, end in single if several or text[:start].rstrip()[-1:].isdigit()]
    for start, end in found:
        text = text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]
    return text


def without_hyphens(text: str, is_name: IsName) -> str:
    """The text with blanks for a label of words with a hyphen before the first equals sign: ``log-odds = ...``."""
    found = _LABEL.match(text)
    if found is None:
        return text
    parts = re.split(r"[-\s]+", found["label"])
    plain = any(len(one) > len("ab") and find(one) is None for one in parts)
    named = any(one in GREEK or (find(one) is None and is_name(one)) for one in parts)
    if named or not plain or denied(parts):
        return text
    return " " * found.end() + text[found.end() :]


def without_nouns(text: str, is_name: IsName) -> str:
    """The text with blanks for what symbols count in a calculation, ``d h weights + h biases = ...``, and *lies*."""
    text = _LIES.sub(lambda found: " " * len(found[0]), text)
    return _COUNTS.sub(lambda found: found[0] if is_name(found["noun"]) else " " * len(found[0]), text)


def without_words(plain: str, texts: Sequence[str], place: int) -> str:
    """One of several texts, undressed, with blanks for what holds no names: remarks, labels, *i.e.* and *e.g.*."""
    others = _names_of(texts, place, "")
    text = without_hyphens(plain, others.__contains__)
    text = without_nouns(text, others.__contains__)
    text = _COMPOUND.sub(lambda found: found[0] if _is_difference(found[0], others) else " " * len(found[0]), text)
    text = without_remarks(text, _names_of(texts, place, texts[place]).__contains__)
    return _LATIN.sub(lambda found: " " * len(found[0]), text)


def _is_difference(compound: str, names: frozenset[str]) -> bool:
    """Whether ``loss-cost`` may be a difference: another text has one of the two, or it is a Greek letter."""
    return any(one in names or one in GREEK for one in compound.split("-"))


def _names_of(texts: Sequence[str], place: int, own: str) -> frozenset[str]:
    """The words that other texts hold, and those that this one holds outside its brackets: no remarks."""
    for match in _OPENS.finditer(own):
        closing = partner(own, match.start("bracket"))
        if closing is not None:
            own = own[: match.start()] + " " * (closing - match.start()) + own[closing:]
    others = (text for at, text in enumerate(texts) if at != place)
    return frozenset(word for text in (own, *others) for word in _WORD.findall(text))


def partner(text: str, opening: int) -> int | None:
    """Where the round or square bracket closes that opens at a place; None if it does not."""
    depth = 0
    for place in range(opening, len(text)):
        depth += (text[place] in "([") - (text[place] in ")]")
        if depth == 0:
            return place
    return None


def _stands_apart(text: str, end: int, closing: int) -> bool:
    """Whether no function's name is right before a bracket, and nothing is raised, called or glued behind it."""
    called = _CALLED.search(text, 0, end)
    name = called[1] if called is not None else ""
    applied = name in _OPERATIONS or (find(name) is not None and name not in {"e", "pi", "i"})
    return not applied and _ENDS.match(text, closing + 1) is not None


def _is_definition(inside: str, is_name: IsName) -> bool:
    found = _DEFINES.fullmatch(inside)
    if found is None:
        return False
    words = _WORD.findall(found["words"])
    long = any(len(word) >= _LONG for word in words)
    return long and not denied(words) and all(_is_word(one, is_name) for one in words)


def _is_noun(words: Sequence[str], inside: str, is_name: IsName) -> bool:
    """Whether nothing but words is here, and none of them changes, denies or measures what is before."""
    if not words or _PLAIN.fullmatch(inside) is None or not all(_is_word(one, is_name) for one in words):
        return False
    alone = len(words) == 1 and find(words[0]) is not None
    turned = is_turned(words) or changes(_ADJECTIVES.sub("", inside))
    return not (alone or turned or denied(words) or measures(words))


def _is_word(word: str, is_name: IsName) -> bool:
    return (len(word) > 1 or word in {"a", "A"}) and word not in GREEK and not is_name(word)
