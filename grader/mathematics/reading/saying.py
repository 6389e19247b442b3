"""Whether the words beside a lone value leave it as it is: ``the answer is 5``, not ``beyond 5`` or ``5 too many``."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_GIVING = frozenset(
    """
    is are be was equals equal get gets got gives give giving given yields yield have has had find found obtain
    obtained obtains so hence thus therefore then finally answer answers result results value values total solution
    solutions a an the we it i that this they exactly simply just only also precisely about approximately approx
    around roughly ca circa need needs requires require takes take costs cost uses use contains contain holds makes
    make leaves leaving recover recovers means becomes conclude see know where here its our my final and overall
    altogether together think
    guess believe factor size number count probability sum order degree rank dimension stride padding depth width
    height length minimum maximum mean variance average there now say let choose exist exists area volume perimeter
    """.split()  # noqa: SIM905 - ninety words are read better as text
)
"""Words that give the value right behind them, or say nothing."""
_COUNTING = frozenset(
    {"total", "value", "size", "cost", "amount", "number", "answer", "result", "probability", "count"}
)
"""What "of" may stand behind."""
_MEASURED = frozenset(
    {"variance", "mean", "error", "rate", "probability", "norm", "length", "dimension", "rank", "minimum"}
)
"""What "of" may stand behind with an article before it: "a variance of"."""
_RUNNING = frozenset({"runs", "run", "works", "done", "computed", "solved", "result", "results"})
"""What "in" may stand behind."""
_REACHING = frozenset(
    {
        *("equal", "amounts", "comes", "simplifies", "evaluates", "reduces", "converges", "tends", "goes", "sums"),
        *("grows", "increases", "decreases", "shrinks", "drops", "rises", "expands"),
        *("out", "down"),  # `works out to`, `boils down to`
    }
)
"""What "to" may stand behind."""
_DENYING = frozenset(
    """
    not no never neither nor cannot hardly barely scarcely almost nearly except without unequal different differs false
    wrong incorrect unlike anything opposite mistake mistaken misconception
    """.split()  # noqa: SIM905 - as above
)
_CHANGING = frozenset(
    """
    or at below above under over beyond too was were does did fails fail failed not no never squared cubed times plus
    minus more less least most fewer greater smaller larger bigger than but transposed transpose inverse inverted
    complement factorial choose modulo mod half halves crossed wrong incorrect false percent if unless instead out
    short off away higher lower lost zero negative reciprocal conjugate complemented up down only rejected rounded
    resp respectively versus vs doubled halved tripled twice raised divided multiplied power
    binary octal hexadecimal flipped swapped switched shifted reversed opposite every scaled averaged summed
    normalized normalised evaluated truncated increased reduced decreased
    dozen dozens hundred hundreds thousand thousands million millions billion billions trillion trillions
    tenth tenths hundredth hundredths thousandth thousandths third thirds quarter quarters fifth fifths
    """.split()  # noqa: SIM905 - as above
)
"""Words behind a value that change it, join another to it, or deny it."""
_CLOSING = re.compile(
    r"\W*(?:is|was)\s+(?:the|our|my|an?)?\s*(?:final\s+|correct\s+|right\s+|only\s+)?"
    r"(?:answer|result|value|solution|correct|right|minimum|maximum|total)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_BASE = re.compile(r"\bin\s+(?:base|binary|hex\w*|octal)\b|\band\s+an?\b|\bin\s+doubt\b", re.IGNORECASE)


def denies(before: str) -> bool:
    """Whether one of the last words before a colon says that what follows is not the answer: ``wrong: 3``."""
    return before.rstrip().endswith(":") and denied(_WORD.findall(before)[-4:])


def denied(words: Iterable[str]) -> bool:
    """Whether one of the words denies what is said, or takes it for wrong."""
    plain = [word.lower().replace("’", "'") for word in words]
    return not _DENYING.isdisjoint(plain) or any(word.endswith("n't") for word in plain)


def leaves_value(before: str, after: str) -> bool:
    """Whether the words before a lone value and behind it say nothing but that it is the answer, or what it counts."""
    return _is_given(before) and _is_closed(after)


def _is_given(before: str) -> bool:
    words = [word.lower().replace("’", "'") for word in _WORD.findall(before)]
    if not words:
        return True
    if any(word in _DENYING or word.endswith("n't") for word in words[-4:]):
        return False
    if before.rstrip().endswith((":", "=", "(", ",", "-", "–", "—", ".")):
        return True
    last = words[-1]
    if last == "of":
        factor = words[-3:-1] == ["a", "factor"] and "is" not in words[-4:]
        measured = len(words) > len("of") and words[-3] in {"a", "an"} and words[-2] in _MEASURED
        return factor or measured or (len(words) > 1 and words[-2] in _COUNTING and "sum" not in words[-3:])
    if last == "in":
        return len(words) > 1 and words[-2] in _RUNNING
    if last == "to":
        return len(words) > 1 and words[-2] in _REACHING and "or" not in words[-3:]
    if last == "by":
        return len(words) > 1 and words[-2] == "given"
    return last in _GIVING


_SCALING = re.compile(
    r"\b(?:so|hence|thus|therefore)\b.*\b(?:divide|multiply|scale|rescale|normali[sz]e|correct)\s+(?:it\s+)?by\s*$",
    re.IGNORECASE | re.DOTALL,
)
_TAKING_BACK = re.compile(
    r"\b(?:wrong|incorrect|mistaken?|crossed|contradict\w*|absurd|cannot|can['’]t|(?:is|are|be|was|were|seems?)\s+(?:\w+\s+)?(?:false|invalid)"
    r"|(?:is|are|was|were|do|does|did)\s+not\s+(?:true|right|valid|correct|hold|work)|(?:isn|aren|doesn|wasn)['’]t"
    r"|up\s+to\s+(?:an?\s+|the\s+)?(?:\w+\s+)?(?:sign|factor|constants?|scal\w+|multiples?|permutations?|terms?))\b",
    re.IGNORECASE,
)


def takes_back(words: str) -> bool:
    """Whether words say that what stands beside them is wrong or cannot be."""
    return _TAKING_BACK.search(words) is not None


def scales(before: str) -> bool:
    """Whether the words before a formula conclude that something is divided or multiplied by it."""
    return _SCALING.search(before) is not None


def gives(before: str) -> bool:
    """Whether the words before a formula give it: they end with *is*, *get*, *total of* and the like."""
    return _is_given(before)


def is_closing(after: str) -> bool:
    """Whether the words behind a formula say that it is the answer: ``is the total``."""
    return _CLOSING.fullmatch(after) is not None


def _is_closed(after: str) -> bool:
    words = [word.lower() for word in _WORD.findall(after)]
    if not words or is_closing(after):
        return True
    if _BASE.search(after) or re.match(r"\W*is\b", after, re.IGNORECASE):
        return False
    return not _CHANGING.intersection(words)


def changes(words: str) -> bool:
    """Whether one of the words behind a value changes it, joins another to it, or denies it."""
    return not _CHANGING.isdisjoint(word.lower() for word in _WORD.findall(words))


_TURNING_BEFORE = re.compile(
    r"\b(?:than|to|of|in|from|by|below|above|under|over|beyond|but|except|mod|modulo|base|near|like|first|last|unless"
    r"|both)\s*$",
    re.IGNORECASE,
)
_TURNING_AFTER = re.compile(
    r"\W*(?:transposed?|invers\w*|complement\w*|factorial|choose|mod(?:ulo)?|of|or|at\s+(?:least|most|best|worst)|below|above|too"
    r"|does|did|fails?|up\s+to|in\s+base|is|are|was|were|crossed|instead|without|excluding|except|increases|decreases"
    r"|vanishes|grows|changes|diverges|would|could|might|should|replaced|substituted|exchanged|removed|dropped|omitted|ignored|neglected|cancels?|by\s*$"
    r"|doubled|halved|tripled|squared|cubed|times|plus|minus|multiplied|divided|raised|each|per\s+\w+\s+for)\b|.*\bat\s+(?:most|least|best|worst)\b",
    re.IGNORECASE | re.DOTALL,
)


def leaves_formula(before: str, after: str) -> bool:
    """Whether the words right beside a marked formula leave it as it is: no ``linear in $x$``, ``$x$ transposed``."""
    if _TURNING_AFTER.match(after) and not _CLOSING.fullmatch(after):
        return False
    return _TURNING_BEFORE.search(before) is None or _is_given(before) or scales(before)
