"""The stretches of formula and of words in a text."""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.english import is_english
from grader.mathematics.reading.measures import unit

IsName = Callable[[str], bool]

_WORD = re.compile(r"(?<![\\\w^{}'’])[A-Za-z]+(?:['’-][A-Za-z]+)*(?![\w(\[{^])")
_LATIN = re.compile(
    r"\b(?:i\.\s?e|e\.\s?g|w\.r\.t|resp|eq|prob|approx|cf|q\.e\.d)\.|\bdegrees\s+of\s+freedom\b", re.IGNORECASE
)
CONTENT = re.compile(r"[^\s.,;:!?()\[\]\"“”'’–—-]")
_EDGE = ' \t\n.,;:!?"“”–—'
_ACRONYM = re.compile(r"\b(?:[Tt]he|[Aa]n?|our|each|every)\s+[A-Z]{2,5}$")
_NOUN_BEHIND = re.compile(
    r"\s+(?!(?:is|are|has|was|and|or|for|with|in|of|at|by|to|costs|gives|equals|takes|needs|where|since|if)\b)[a-z]{4,}"
)
"""``the VC dimension``: capital letters before a noun."""
REASON = re.compile(
    r"[\s,;:(\[–—-]*(?:since|because|as(?!\s+(?:long|soon|well|far|much|many)\b)|due\s+to|thanks\s+to|using|recall"
    r"|note\s+that|by\s+(?:the\s+)?[A-Za-z]{4,}|which\s+follows)\b",
    re.IGNORECASE,
)
"""How a reason behind a formula begins."""
_LONG = 4
_NEAR = 40
"""How far a word is looked for before another."""


def stretches(text: str, is_name: IsName) -> list[tuple[int, int]]:
    """Where the formulas of a text are: what lies between its words of prose."""
    words = [match.span() for match in _LATIN.finditer(text)]
    inside = list(words)
    candidates = [
        match for match in _WORD.finditer(text) if not any(start <= match.start() < end for start, end in inside)
    ]
    enclosed = _enclosed(text)
    candidates = [match for match in candidates if not enclosed[match.start()]]
    sure = {match.span() for match in candidates if _is_prose(text, match, is_name)}
    doubtful = {match.span() for match in candidates if match.span() not in sure and _may_be_prose(match[0], is_name)}
    for start, end in sorted(doubtful):
        before = any(other <= start and not CONTENT.search(text, other, start) for _, other in sure)
        after = any(other >= end and not CONTENT.search(text, end, other) for other, _ in sure)
        named = text[end : end + 1] == ":"
        if len(text[start:end]) == 1:
            after = after and text[end : end + 1].isspace()
        if (before and after) or (find(text[start:end]) is not None and (before or after or named)):
            sure.add((start, end))
    spans = sorted({*words, *sure})
    edges = [0, *(place for span in spans for place in span), len(text)]
    found: list[tuple[int, int]] = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        piece = _trimmed(text, start, end)
        if piece is not None:
            found.append(piece)
    return found


def _enclosed(text: str) -> list[bool]:
    """For each place whether it is within brackets that hold a formula, and no reason."""
    found, depth, formula = [False] * (len(text) + 1), 0, False
    for place, character in enumerate(text):
        depth = max(depth + (character in "([{") - (character in ")]}"), 0)
        if depth == 1 and character in "([{":
            formula = REASON.match(text, place + 1) is None
        found[place] = depth > 0 and formula
    return found


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    if CONTENT.search(text, start, end) is None:
        return None
    while text[start] in _EDGE or text[start] in ")]":
        start += 1
    while (text[end - 1] in _EDGE or text[end - 1] in "([") and not text[start:end].endswith("..."):
        end -= 1
    for sign, other in ("()", "[]"):
        inside = text[start:end]
        if inside.count(sign) < inside.count(other) and inside.endswith(other):
            end -= 1
        elif inside.count(sign) > inside.count(other) and inside.startswith(sign):
            start += 1
    return start, end


def _is_prose(text: str, match: re.Match[str], is_name: IsName) -> bool:
    parts = re.split(r"['’-]", match[0])
    if len(parts) == len(("p", "value")) and len(parts[0]) == 1 and len(parts[1]) >= _LONG:
        return not (is_name(parts[1]) or parts[1] in GREEK or find(parts[1]) is not None)  # `p-value`, `L-smooth`
    if match[0].lower() == "choose":
        return CONTENT.search(text[: match.start()].rstrip()[-1:]) is None
    begins = max(0, match.start() - len("every  "))
    if (
        (match.start() == 0 or _ACRONYM.search(text, begins, match.end()))
        and match[0].isupper()
        and _NOUN_BEHIND.match(text, match.end())
        and not is_name(match[0])
    ):
        return True
    if any(is_name(part) or part in GREEK for part in (match[0], *parts)) or len(parts[0]) == 1:
        return False
    if find(match[0]) is not None or (_is_spelled(match[0], is_name) and not is_english(match[0])):
        return False
    before = text[max(0, match.start() - _NEAR) : match.start()].rstrip()
    if match[0] == "in" and re.match(r"\s*[(\[{ℝ]", text[match.end() :]):
        return False
    word = re.search(r"[A-Za-z]{2,}$", before)
    behind = before[-1:].isalnum() or before[-1:] in {")", "}", "]"}
    behind = behind and (word is None or is_name(word[0]) or _is_spelled(word[0], is_name))
    measured = unit(match[0]) is not None and match[0] not in {"in", "As", "a"} and behind
    return not measured or match[0] == "in"


def _may_be_prose(word: str, is_name: IsName) -> bool:
    """Whether a word that is also a function, ``mean``, or an article, is prose beside other words."""
    if word in {"a", "I"}:
        return True
    function = find(word) is not None and len(word) > len("ln")
    spelled = len(word) >= _LONG and _is_spelled(word, is_name)
    return not is_name(word) and word not in GREEK and (function or spelled)


def _is_spelled(word: str, is_name: IsName) -> bool:
    """Whether a word may be a product of symbols, one for each letter."""
    return all(map(is_name, word))
