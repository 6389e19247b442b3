"""What the words around a marked formula say of it: a premise, a conclusion, or a change of what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from grader.errors import Unreadable
from grader.mathematics.reading.saying import denies, leaves_formula, takes_back
from grader.mathematics.reading.statements import Formula

_CONDITION = re.compile(
    r"\b(?:since|where|with|for|if|when|because|assuming|assume|given|as|let|from|using|recall|note that"
    r"|in terms of|by|via|fixed|initial|denotes?|over|of)"
    r"\s*(?:that|all|any|every|the|we have|we know)?\s*(?:[a-z ]{0,24})?[:(]?\s*$",
    re.IGNORECASE,
)
CONCLUDING = re.compile(
    r"(?:\b(?:hence|therefore|thus|so|thereby|finally|consequently|i\.e\.|that is|final answer|the answer is|answer"
    r"|result|we get|we obtain|we find|we have|it follows that|gives|yields|this gives|which gives|is equal to"
    r"|equals|(?:is|are|lies|sits|occurs|attained|reached) at(?!\s+(?:most|least)\b)|is|are(?=[^=]*$)|runs in"
    r"|(?:simplifies|reduces|evaluates|comes(?: out)?|amounts|works out|adds up|sums|boils down"
    r"|grows|increases|decreases|shrinks|drops|rises) to|turns out to be"
    r"|(?:must|will|would|should|has to) be|(?:for a |this makes a |a )?total of|in total|altogether|all in all"
    r"|i (?:think|guess|believe|got|get|found|obtained)(?: that)?(?: it['’]s)?|it['’]s)\b[:,]?|[:])",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"\b(?:part|problem|question|exercise|task|step|case|equation|eq\.?|number|no\.?)\s*\d+$", re.IGNORECASE
)
_GIVEN = re.compile(
    r"\W*(?:since|because|as|given|if|for|assuming|using|when|where|let|recall|with|at|(?:plugging|putting|inserting)\s+in"
    r"|setting|substituting)\s*(?:that|all|(?:we|you|one|i)\s+(?:have|know|let|set|put|take|assume|define|write|use))?[\s,:]*",
    re.IGNORECASE,
)
"""Words at the beginning behind which a premise stands."""
_TURNS_BEFORE = re.compile(
    r"(?:\b(?:(?:subtract|add|ignor|neglect|drop|omit|remov|replac|exclud|discard)(?:e|ing|ping|ting)?"
    r"|twice|double|half|triple|thrice|minus|plus|times|negative|not|never|cannot|up to|at least|at most"
    r"|(?:less|more|greater|smaller|larger|bigger|fewer|other|rather|different)\s+than|different\s+from|divided\s+by"
    r"|multiplied\s+by|one\s+over|(?:squares?|cubes?|root|inverse|reciprocal|negative|opposite|half|thirds?|quarters?"
    r"|multiple|fraction|logarithm|log|exponential|exponent|powers?|sum|product|quotient|ratio|transpose|factorial"
    r"|derivative|integral|absolute\s+value|norm|trace|determinant|complement|percent|per\s+cent)\s+of)"
    r"(?:\s+(?:the|a|an))?|n['’]t(?:\s+be)?)\s*:?\s*$",
    re.IGNORECASE,
)
_TURNS_AFTER = re.compile(
    r"(?:plus|minus|times|over|squared|cubed|divided\s+by|multiplied\s+by|to\s+the\s+(?:power|[a-z]+th)|raised\s+to|percent"
    r"|per\s+cent|%|thousand|million|billion|trillion|is\s+(?:wrong|not|false|incorrect)|isn['’]t|or\s+(?:more|less)\b)",
    re.IGNORECASE,
)


_SAID = re.compile(
    r"\W*(?:is|are)\s+(?:an?\s+)?(?:strictly\s+|always\s+)?(?:(?:un)?biased|consistent|efficient|con(?:vex|cave)|symmetric|optimal"
    r"|positive|finite|bounded|linear|invertible|(?:un)?stable)\b[\w\s]*[.]?\s*\Z",
    re.IGNORECASE,
)
"""What may be said of an equation behind it: nothing of it is changed."""


class Piece(NamedTuple):
    """A stretch of the text that is read as one formula."""

    start: int
    end: int
    latex: bool


@dataclass(frozen=True)
class Found:
    """The formula taken from a text, and what is said about the choice."""

    formula: Formula
    notes: tuple[str, ...]
    latex: bool


class Attempt(Protocol):
    """Reads a stretch of the text as one formula; of ``shown``, a text of the same length, where it is given."""

    def __call__(self, piece: Piece, shown: str | None = None) -> Formula: ...


def is_condition(text: str, marked: list[Piece], place: int) -> bool:
    """Whether a marked formula is a premise by the words before it."""
    words = between(text, marked, place)
    if re.fullmatch(r",?\s*and", words, re.IGNORECASE):
        return place > 0 and is_condition(text, marked, place - 1)
    if place == 0:
        return _GIVEN.fullmatch(words) is not None
    return _CONDITION.search(words) is not None and not CONCLUDING.search(words)


def between(text: str, marked: list[Piece], place: int) -> str:
    """The words before a marked formula, without the marks."""
    before = text[marked[place - 1].end if place else 0 : marked[place].start]
    words = re.sub(r"[\s$\\(\[]+$", "", before)
    return re.sub(r"^[\s$\\)\]]+", "", words)


def outside(text: str, marked: list[Piece]) -> str:
    """The text without its marked formulas."""
    kept, position = [], 0
    for piece in marked:
        kept.append(text[position : piece.start])
        position = piece.end
    return " ".join((*kept, text[position:]))


def refuse_turned(text: str, marked: list[Piece], place: int) -> None:
    """Refuse ``half of $x$`` and ``$x$ squared``: words that change the value stand right beside the formula."""
    stop = marked[place + 1].start if place + 1 < len(marked) else len(text)
    after = re.sub(r"^[\s$\\)\]]+|[\s$\\(\[]+$", "", text[marked[place].end : stop])
    before = between(text, marked, place)
    turned = _TURNS_BEFORE.search(before) or _TURNS_AFTER.match(after) or denies(before + ":")
    equation = "=" in text[marked[place].start : marked[place].end]
    said = equation and _SAID.match(after) is not None and takes_back(after) is False
    glued = re.match(r"\$+[A-Za-z]", text[marked[place].end : stop]) is not None  # `the $n$th term`
    if turned or glued or takes_back(after) or not leaves_formula(before, "" if said else after):
        raise Unreadable(
            marked[place].start, "words beside the formula change what it says", "write all of it as one formula"
        )


def refuse_loose(text: str, marked: list[Piece]) -> None:
    """Refuse `2 $x$ + 1`: part of the formula stands outside its dollars."""
    before = text[: marked[0].start].rstrip("$\\([ \t\n")
    after = text[marked[0].end :].lstrip("$\\)] \t\n")
    if re.search(r"[-+*/^<>\d]$", before) and not _NUMBERED.search(before):
        raise Unreadable(len(before) - 1, "a part of the formula stands outside the dollars", "enclose all of it")
    if after and after[0] in "+-*/^" and len(after) > 1 and not after[1:].lstrip().startswith(("-", "*")):
        raise Unreadable(marked[0].end, "a part of the formula stands outside the dollars", "enclose all of it")
