r"""Remarks behind an answer that say why it holds or what it is: ``2Ax [since A is symmetric]``, ``12d^2 in total``."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.measures import unit
from grader.mathematics.reading.saying import changes
from grader.mathematics.unit_table import unit_called

_OPENING = {")": "(", "]": "["}
_TEXT = re.compile(r"\\(?:text|textrm|mathrm|mbox)\s*\{")
_REASON = re.compile(r"\s*(?:since|because|due to|thanks to|recall(?: that)?|note that|using|by (?:the )?[a-z]{3,})\b")
_FOLLOWS = re.compile(r"\s*as [A-Za-z\\]+(?:_?\{?\w*\}?) (?:is|are|has|have|was|were)\b")
_NAMING = re.compile(r"\s*(?:prob(?:ability)?\b\.?|chance|number|count|fraction|share)(?=\s)")
_NOUNS = re.compile(r"\s*[a-z]{4,}[.,]?(?:[ -][A-Za-z']+[.,]?)+\s*")
_WORDS = re.compile(r"[(\[]([A-Za-z][A-Za-z ,.'-]*)[)\]]")
_IN_TOTAL = re.compile(r"(?<=[\w)}\]$])(\s+(?:in\s+total|in\s+all|altogether)[\s.]*)\Z")
_PART = re.compile(r"\b(?:per|each|for)\s+[A-Za-z]{3,}")
_RATE = re.compile(r"(?<=[\w)}\]$])((?:\s+per\s+[a-z]{3,}(?:[ -][a-z]{3,})?)+[\s.]*)\Z")
_PER_TIME = re.compile(r"(?<=[0-9\s])([A-Za-z]+)\s+per\s+(second|sec|hour|minute|day)\b")
_TIMES = {"second": "s", "sec": "s", "hour": "h", "minute": "minutes", "day": "day"}
_THAT_IS = re.compile(r"(?<=[\d)}%])\s*,?\s+i\.\s?e\.,?(?=\s*[-\d\\(.])")
_OPINION = re.compile(r"(?<=[\w)}\]$])([\s,;]+(?:I\s+(?:think|guess|believe|suppose|hope))[\s.?!]*)\Z")
_TENDS = re.compile(
    r"(?<=[\w)}\]$])([\s,]+as\s+\$?\s*\\?[A-Za-z]\w*\s*(?:→|->|\\to\b|\\rightarrow\b)\s*"
    r"[-+]?(?:∞|\\infty\b|inf(?:ty|inity)?\b|oo\b|[0-9]+)\s*(?P<dollar>\$?)[\s.]*)\Z"
)
_SIZED = re.compile(
    r"\s*(?:the\s+)?(?:output|input|shape|size|dim(?:ension)?s?)(?:\s+(?:shape|size|dim(?:ension)?s?|is|are))*\s*[:=]?\s*"
    r"(?=[0-9]+\s*[x×]\s*[0-9])",
    re.IGNORECASE,
)
_FINISHING = re.compile(r"[\s.,;$]*\Z")
_SHORTEST = len("ab")
_TURNING = frozenset({"base", "modulo", "times", "thousand", "million", "billion", "percent", "extraneous", "invalid"})


def without_asides(text: str) -> str:
    """The text with everything of this module left out or in signs; its length stays."""
    sized = _SIZED.match(text)
    text = text if sized is None else " " * sized.end() + text[sized.end() :]
    text = _TENDS.sub(_without_end, text)
    text = _OPINION.sub(lambda found: " " * len(found[1]), text)
    for change in (without_aside, without_total, without_rate, with_slash, with_or):
        text = change(text)
    return text


def _without_end(found: re.Match[str]) -> str:
    """Blanks for *as n → ∞*; a dollar that closes the whole formula stays."""
    closes = found["dollar"] and "$" not in found[1][: found.start("dollar") - found.start(1)]
    return "$".ljust(len(found[1])) if closes else " " * len(found[1])


def without_aside(text: str) -> str:
    r"""The text with blanks for a remark in brackets at its end, which begins with a word of prose.

    A reason (*since*, *because*, *by the chain rule*) may hold formulas; any other remark holds nothing but words, two
    or more, none of which changes what is said or measures it. Its length stays.
    """
    end = _FINISHING.search(text)
    stop = end.start() if end is not None else len(text)
    opening = _opening(text, stop)
    if opening is None or not text[:opening].strip(" \t\n$"):
        return text
    inside = text[opening + 1 : stop - 1]
    words = _TEXT.sub("", inside).replace("}", "")
    if inside.count("{") != inside.count("}") or not (_is_reason(words) or _is_noun(words)):
        return text
    return text[:opening] + re.sub(r"[^\n]", " ", text[opening:stop]) + text[stop:]


def without_total(text: str) -> str:
    """The text with blanks for *in total* at its end, and for parts before a comma that are said to be *per* something.

    ``8d^2 per layer, 12Ld^2 in total`` answers with the total.
    """
    found = _IN_TOTAL.search(text)
    if found is None:
        return text
    whole = text[: found.start(1)]
    comma = whole.rfind(", ")
    first = whole[:comma] if comma > 0 else ""
    closed = all(first.count(one) == first.count(other) for one, other in ("()", "[]", "{}"))
    kept = comma + 1 if _PART.search(first) is not None and closed and first.count("$") % 2 == 0 else 0
    return " " * kept + whole[kept:] + " " * len(found[1])


def with_or(text: str) -> str:
    """The text with *or* for *i.e.* between two values, which are one value that is given twice."""
    return _THAT_IS.sub(lambda found: " or" + " " * (len(found[0]) - len(" or")), text)


def with_slash(text: str) -> str:
    """The text with a slash for *per* between a unit and a time: ``40 GB per second``."""

    def shown(found: re.Match[str]) -> str:
        if unit(found[1]) is None:
            return found[0]
        return f"{found[1]}/{_TIMES[found[2]]}".ljust(len(found[0]))

    return _PER_TIME.sub(shown, text)


def without_rate(text: str) -> str:
    """The text with blanks for *per layer* at its end, unless that is a part of a unit: *per second*, *per cent*."""
    found = _RATE.search(text)
    if found is None:
        return text
    words = re.findall(r"[a-z]+", found[1])
    return text if measures(words) or "cent" in words else text[: found.start(1)] + " " * len(found[1])


def _opening(text: str, stop: int) -> int | None:
    """Where the bracket opens that closes right before a place, behind white space."""
    if not stop or text[stop - 1] not in _OPENING:
        return None
    depth = 0
    for place in range(stop - 1, -1, -1):
        depth += (text[place] in _OPENING) - (text[place] in "([")
        if depth == 0:
            matches = text[place] == _OPENING[text[stop - 1]]
            apart = place > 0 and (text[place - 1].isspace() or text[place - 1] in "$}")
            return place if matches and apart and text[place - 1 : place] != "\\" else None
    return None


def _is_reason(words: str) -> bool:
    return _REASON.match(words) is not None or _FOLLOWS.match(words) is not None


def _is_noun(words: str) -> bool:
    """Whether two words or more name what an answer is, as ``global minimum`` does, and change nothing of it."""
    named = _NAMING.match(words)
    rest = words[named.end() :] if named is not None else words
    if named is None and _NOUNS.fullmatch(words) is None:
        return False
    if re.search(r"[^A-Za-z .,'-]", rest):
        return False
    written = re.findall(r"[A-Za-z']+", words)
    known = written[0] in GREEK or find(written[0]) is not None
    turned = is_turned(written) or (named is None and changes(words))
    return len(written) >= _SHORTEST and not (known or measures(written) or turned)


def is_turned(written: Sequence[str]) -> bool:
    """Whether one of the words makes another value of the one beside it, or takes it back: ``base``, ``invalid``."""
    return not _TURNING.isdisjoint(one.lower() for one in written)


def measures(written: Sequence[str]) -> bool:
    """Whether one of the words is a unit."""
    long = [one for one in written if len(one) > len("in")]
    return any(unit(one) is not None or unit_called(one) is not None for one in long)


def turns(text: str) -> bool:
    """Whether a bracket of words alone changes or denies what is before it: ``3 (times two)``, ``2x (wrong)``."""
    for aside in _WORDS.finditer(text):
        rounded = re.search(r"\b(?:rounded(?!\s+(?:up|down))|approx\w*)\b", aside[0], re.IGNORECASE) is not None
        said = _NAMING.match(aside[1]) is not None or _is_reason(aside[1])
        turned = not _TURNING.isdisjoint(re.findall(r"[a-z]+", aside[0].lower())) or changes(aside[0])
        if turned and not (rounded or said or aside[1].lower() == "zero"):
            return True
    return False
