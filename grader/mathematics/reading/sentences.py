"""The formula that a sentence answers with: the last that is no reason, where the words around leave it as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from grader.mathematics.reading.lines import COUNTED
from grader.mathematics.reading.measures import unit
from grader.mathematics.reading.saying import changes, denied, gives, is_closing, scales, takes_back
from grader.mathematics.reading.stretches import REASON, IsName, stretches

_RELATED = re.compile(r"[=<>≤≥∈≠]|\\(?:leq?|geq?|in|lt|gt|neq?)\b|~")
_EQUATION = re.compile(r"[^=<>≤≥∈()+*/]*(?:\([^()=<>+*/]*\)\s*)?[=<>≤≥∈][^=]")
_NAME = re.compile(r"\\?[A-Za-z\u0370-\u03ff][\u0302-\u0304]?(?:_\{?\w+\}?|[₀-₉ᵢⱼₖₙₜ]+|\d+|\*|')?")
_EXPLAINS = re.compile(r"[\s,;(\[]*(?:where|here|with)\b", re.IGNORECASE)
_PREMISE = re.compile(
    r"(?:since|because|as|given|under|using|recall|note|with|for|at|where|let|suppose|if|when|assum\w+)\b",
    re.IGNORECASE,
)
_OPEN_PREMISE = re.compile(r"(?:if|let|suppose|unless|assum\w+)\b", re.IGNORECASE)
_CONCLUDES = re.compile(
    r"\bi\.\s?e\.|\b(?:so|hence|thus|therefore|then|consequently|finally|together|altogether|overall|total|thereby"
    r"|that\s+is|equivalently|in\s+sum|we\s+(?:get|obtain|find|have|see)|gives|giving|yields|yielding|leaving|get|obtain"
    r"|implies|follows"
    r"|simplifies\s+to|reduces\s+to|becomes|(?:which|this|that)\s+(?:is|equals|gives|yields|makes))\b",
    re.IGNORECASE,
)
_RESTATES = re.compile(
    r"[\s,;]*(?:i\.\s?e\.|that\s+is|(?:or\s+)?equivalently|which\s+(?:is(?:\s+equal\s+to)?|equals|simplifies\s+to)"
    r"|or\s+in\s+other\s+words|in\s+other\s+words)[\s,:]*",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:iff|if\s+and\s+only\s+if|exactly\s+(?:if|when)|if|when|whenever|for|provided(?:\s+that)?)\s*$"
)
_ASSERTS = re.compile(
    r"\b(?:converg\w+|diverg\w+|convex|concave|stable|unstable|holds?|valid|exists?|defined|invertible|definite|unbiased"
    r"|biased|contract\w*|decreas\w+|increas\w+|positive|finite|guaranteed|optimal|monoton\w+|bounded|works?|predict\w*"
    r"|classif\w+|choose\w*|chosen|select\w*|rejects?|accepts?)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"[=+*/^<>≤≥∈·×]|\\(?:leq?|geq?|cdot|times)\b")
"""A sign that joins a formula to what is before it."""
_ADDING = re.compile(r"\b(?:and|or|plus|nor)(?:\s+(?:the|an?|also|then))?\s*$", re.IGNORECASE)
_HENCE = re.compile(r"[,;.]\s*(?:and\s+)?(?:so|hence|thus|therefore)\b", re.IGNORECASE)
_ARTICLES = frozenset({"a", "an", "the", "our", "my", "its", "final", "just", "only", "exactly", "simply", "also"})
_POINTING = frozenset({"it", "i", "that", "this", "they", "we", "where", "here", "and", "then"})
_TURNING = frozenset(
    """
    than of to in from by below above under over beyond but except mod modulo base near like first last unless both
    until least most times plus minus or per with without if let suppose assume assuming given for where since because
    as recall using when whenever while e.g versus vs instead negative half twice double not
    """.split()  # noqa: SIM905 - words are read better as text
)
"""Words that do not lead to an equation: what they stand before is no answer, or changed."""
_COUNTED = COUNTED | {
    *("comparisons", "swaps", "queries", "trials", "rounds", "evaluations", "gradients", "points", "labels", "bits"),
    *(
        "time",
        "space",
        "memory",
        "storage",
        "bytes",
        "observations",
        "multiply-adds",
        "coefficients",
        "matrices",
        "vectors",
        "degrees",
        "draws",
        "terms",
    ),
}
_QUALIFYING = frozenset(
    {"free", "trainable", "learnable", "real", "scalar", "independent", "different", "such", "many"}
)
_IS_NAMED = re.compile(r"\s+is\s+(?:the|our|my|its)\s+[a-z-]+(?:\s+(?!of\b|bound\b)[a-z-]+)?[\s.]*")
"""``is the second derivative``: what an answer is called, behind it."""
_SUFFICING = re.compile(
    r"\s*(?:suffices?|(?:is|are)\s+(?:enough|needed|required|necessary|sufficient)|needed|required)\b", re.IGNORECASE
)
"""What may be said of what is counted."""
_CONSEQUENCE = re.compile(
    r"[\s,;.]*(?:and\s+)?(?:so|hence|thus|therefore|which\s+means|that\s+is|i\.\s?e\.)(?:\s+that)?"
    r"(?:\s+the(?:\s+[A-Za-z-]+)?)?\s*"
)
_SAID_OF = re.compile(r"\s*(?:is|are|has|becomes|must\s+be)\s+(?:an?\s+)?[A-Za-z-]+(?:\s+[A-Za-z-]+)*[\s.]*")
_PREPOSITIONS = frozenset({"in", "per", "for", "by", "with", "after", "on", "during", "each", "overall", "altogether"})
_ASIDES = re.compile(r"[(\[][^()\[\]]*(?:[)\]]|\Z)")
_ENDED = re.compile(r"\b(?:QED|[Qq]\.e\.d\.?|[Dd]one)(?!\w)")
_OF_EACH = re.compile(r"\b(?:each|every|any)\s+of\s+(?:the|these|those|its)\b")
_FEW = 4
_LONGEST = 600


class Choice(NamedTuple):
    """A stretch of a text that is its answer; ``shown`` is the text, with a sign for words that stand for one."""

    start: int
    end: int
    shown: str


def answer_of_sentence(text: str, is_name: IsName) -> Choice | None:
    """The formula that the sentences of a text answer with; None where the words may change what it says.

    Args:
        text: words and formulas without marks.
        is_name: whether a word is a symbol of the question.
    """
    if len(text) > _LONGEST or "?" in text:
        return None
    found = stretches(text, is_name)
    if not found or found == [(0, len(text))]:
        return None
    last = _last_of(text, found)
    (start, end), before, later = found[last], found[:last], found[last + 1 :]
    if later and _is_mention(text[start:end]) and not _only_names(text, later):
        return None  # the reason may go on with the answer
    measured = re.search(r"\s([A-Za-z]{2,})$", text[start:end])
    counted = measured is not None and unit(measured[1]) is not None
    if not _closes(text[end:], followed=bool(later), counted=counted):
        return None
    asked = _ASKED.search(text[:start].rstrip())
    if asked is not None and asked[0].strip().lower() not in {"if", "for"}:
        before = [one for one in before if not text[one[0] : one[1]].strip().isdigit()]
    if not before:
        return Choice(start, end, text) if _leads(text[:start], text[start:end], first=True) else None
    return _behind_others(text, before, found, last)


def _last_of(text: str, found: Sequence[tuple[int, int]]) -> int:
    """Which formula is the last that is in no reason, and no name of which the text says something in the end."""
    last = len(found) - 1
    for place in range(1, len(found)):
        gap = text[found[place - 1][1] : found[place][0]]
        if REASON.match(gap) or (_EXPLAINS.match(gap) and _only_names(text, found[place:])):
            last = place - 1
            break
    return last - 1 if last and _is_said_of(text, found, last) else last


def _behind_others(
    text: str, before: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]], last: int
) -> Choice | None:
    """The formula behind others, if it follows from them, or they are names and premises alone."""
    start, end = found[last]
    gap = text[before[-1][1] : start]
    if _JOINED.match(text, start) is not None or _ADDING.search(gap) is not None:
        return None
    if _RESTATES.fullmatch(gap) and not _RELATED.search(text[start:end]) and not _has_order(text, before[-1]):
        shown = text[: before[-1][1]] + " = ".ljust(len(gap)) + text[start:]
        first = before[-1][0]
        leads = len(before) == 1 and _leads(shown[:first], shown[first:end], first=True)
        return Choice(first, end, shown) if leads else None
    if is_second(text, found, last):
        return None
    concluded = _CONCLUDES.search(gap) is not None
    aside = all(_is_mention(text[one:other]) for one, other in before) or _are_premises(text, before, start)
    if not (concluded or aside) or not _leads(gap, text[start:end], first=False):
        return None
    gaps = [text[other : place[0]] for (_, other), place in _pairs(before, found[last])]
    if not concluded and any(denied(_words(one)) for one in gaps):
        return None
    return None if _denied_at_start(text[: before[0][0]], concluded=concluded) else Choice(start, end, text)


def _is_said_of(text: str, found: Sequence[tuple[int, int]], last: int) -> bool:
    """Whether a name ends the text of which something is said in words: ``..., hence x is unbiased``."""
    (_, before), (start, end) = found[last - 1 : last + 1]
    gap, tail = text[before:start], text[end:]
    said = _CONSEQUENCE.fullmatch(gap) is not None and _SAID_OF.fullmatch(tail) is not None
    return said and _is_mention(text[start:end]) and not (denied(_words(tail)) or takes_back(tail))


def is_second(text: str, found: Sequence[tuple[int, int]], last: int) -> bool:
    """Whether a formula before this one is given as an answer as well, ``the mean is a, the variance is b``."""
    place = 0
    for start, end in found[:last]:
        words = text[place:start]
        clause = re.split(r"[,;.]\s", words)[-1].strip()
        given = words.rstrip().endswith(":") or gives(clause) if re.search(r"\w", clause) else False
        behind = text[end : found[last][0]]
        if given and _PREMISE.match(clause) is None and _CONCLUDES.search(behind) is None:
            return True
        place = end
    return False


def concludes(gap: str, formula: str) -> bool:
    """Whether the words between two formulas say that the second follows from what was said: ``so in total``."""
    return _CONCLUDES.search(gap) is not None and _ADDING.search(gap) is None and _leads(gap, formula, first=False)


def is_led(before: str, formula: str, after: str) -> bool:
    """Whether the words around a marked formula give it and leave it as it is; an equation needs no words before it."""
    stated = _RELATED.search(formula) is not None or re.search(r"\\(?:sim|propto|approx|to)\b", formula) is not None
    led = stated or not re.search(r"[A-Za-z]{2,}", before) or _leads(f"{before} ", formula, first=True)
    for aside in _ASIDES.findall(after):
        if takes_back(aside) or (len(_words(aside)) < _FEW and changes(aside)):
            return False
    behind = _ENDED.sub(" ", _ASIDES.sub(" ", after))
    if stated and behind.lstrip().startswith(","):
        return not takes_back(behind)
    if stated:
        return not (takes_back(behind) or changes(" ".join(_words(behind)[:_FEW])))
    explained = _EXPLAINS.match(behind) is not None and not changes(" ".join(_words(behind)[: _FEW + _FEW]))
    return led and (explained or _closes(behind, followed=False, counted=True))


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]+(?:['’-][A-Za-z]+)*", text)


def _pairs(before: Sequence[tuple[int, int]], last: tuple[int, int]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    return list(zip(before, [*before[1:], last], strict=True))


def _is_mention(formula: str) -> bool:
    return _NAME.fullmatch(formula.strip()) is not None


def _only_names(text: str, found: Sequence[tuple[int, int]]) -> bool:
    return all(_is_mention(text[start:end]) for start, end in found)


def _has_order(text: str, piece: tuple[int, int]) -> bool:
    return re.search(r"[<>≤≥∈]|\\(?:leq?|geq?|in|lt|gt)\b|\bin\b", text[piece[0] : piece[1]]) is not None


def _are_premises(text: str, before: Sequence[tuple[int, int]], start: int) -> bool:
    """Whether each formula before is a premise: its clause begins with *since* and the like, and a comma closes it."""
    place = 0
    for at, (one, other) in enumerate(before):
        stop = before[at + 1][0] if at + 1 < len(before) else start
        clause = re.split(r"[,;.]\s", text[place:one])[-1].strip()
        again = at and re.fullmatch(r"[\s,]*(?:and)?\s*", text[place:one]) is not None
        if not again and (_PREMISE.match(clause) is None or _OPEN_PREMISE.match(clause) is not None):
            return False
        if not re.match(r"[\s)\]]*[^,;]*(?:[,;]|\bwe\b|\band\b|\bthe\b)", text[other:stop]):
            return False
        place = other
    return True


def _denied_at_start(words: str, *, concluded: bool) -> bool:
    return takes_back(words) if concluded else denied(_words(words))


def _leads(words: str, formula: str, *, first: bool) -> bool:
    """Whether the words before a formula give it, and change nothing of it."""
    clause = re.split(r"[,;]\s|(?<!i)(?<!e)(?<!g)\.\s", words)[-1]
    written = [word.lower() for word in _words(clause)]
    judged = clause if _HENCE.search(words) is not None else words
    if denied(written) or takes_back(judged):
        return False
    if not written:
        return not first or not words.strip() or words.rstrip().endswith((",", ":"))
    if re.search(r"\b(?:at\s+(?:least|most)|up\s+to|(?:more|less|fewer|greater|smaller|rather)\s+than)\s*$", clause):
        return False
    if words.rstrip().endswith((":", "=")):
        return not changes(" ".join(written[-1:]))
    asked = _ASKED.search(clause)
    if asked is not None:
        return _ASSERTS.search(clause) is not None and (_RELATED.search(formula) is not None or " in " in formula)
    if scales(words) or re.search(r"\bi\.\s?e\.\s*$|\bthat\s+is\s*,?\s*$", words):
        return True
    while written and written[-1] in _ARTICLES:
        written.pop()
    if _JOINED.match(formula) is not None:
        return bool(written) and not changes(words)
    if not written:
        return False
    if written[-1] not in _POINTING and gives(" ".join(written)):
        return True
    related = _EQUATION.match(formula) is not None
    return related and written[-1] not in _TURNING and _PREMISE.match(clause.strip()) is None


def _closes(words: str, *, followed: bool, counted: bool) -> bool:
    """Whether the words behind a formula leave it as it is: what it counts, a reason, what follows from it."""
    if followed or not re.search(r"\w", words):
        return True
    if takes_back(words) or _OF_EACH.search(words):
        return False
    if is_closing(words) or (_IS_NAMED.fullmatch(words) and not changes(words) and not denied(_words(words))):
        return True
    first, *rest = re.split(r"(?:,|;|:|\.|–|—|\s-)\s+", words, maxsplit=1)
    written = [word.lower() for word in _words(first)]
    later = rest[0] if rest else ""
    if not (not written or REASON.match(first) is not None or _is_counted(written, counted=counted) or _follows(first)):
        return False
    return not later or _follows(later) or not (changes(later) or denied(_words(later)))


def _follows(words: str) -> bool:
    """Whether a clause says what follows from the answer, or why it holds: nothing of it is changed."""
    if re.match(r"\s*(?:so|hence|thus|therefore|which\s+means)\b", words, re.IGNORECASE):
        return not denied(_words(words))
    return REASON.match(words) is not None


def _is_counted(words: Sequence[str], *, counted: bool) -> bool:
    """Whether nothing but what is counted, ``free parameters``, and where, ``in the worst case``, is said."""
    place = 0
    while place < len(words) and words[place] in _QUALIFYING:
        place += 1
    named = place < len(words) and (words[place] in _COUNTED or unit(words[place]) is not None)
    if place and not named:
        return False
    if named and _SUFFICING.fullmatch(" ".join(words[place + 1 :])) is not None:
        return True
    place += named
    counted = counted or named
    place += 2 * (list(words[place : place + 2]) == ["of", "freedom"])
    leads = _PREPOSITIONS | ({"to"} if counted else frozenset[str]())
    if place < len(words) and (words[place] not in leads or (words[place] == "per" and not counted)):
        return False
    return not changes(" ".join(words)) and not denied(words)
