"""Which part of a text is the answer: boxes, dollars, environments, and the words around a formula."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.errors import Unreadable
from grader.mathematics.reading.asides import turns, without_asides
from grader.mathematics.reading.marked import among
from grader.mathematics.reading.measures import unit
from grader.mathematics.reading.saying import changes, denies, leaves_value, takes_back
from grader.mathematics.reading.sentences import Choice, answer_of_sentence, is_second
from grader.mathematics.reading.stretches import IsName, stretches
from grader.mathematics.reading.surroundings import CONCLUDING, Attempt, Found, Piece
from grader.mathematics.reading.undressing import undressed

_LATEX = re.compile(r"\\[A-Za-z,;!|{}\\\[\]()%# ]|[_^]\{|\{\}[_^]|\{,\}|\$")
_MOST_PIECES = 60
_MOST_ATTEMPTS = 16
_BREAK = re.compile(r"\n|;|\.\s")
_STOP = re.compile(r"\s+(?:where|since|because|as|for|if|when|with|by|using|assuming)\b|\.\s|[;(\n]")
_ENVIRONMENTS = "align|equation|gather|eqnarray|multline|flalign|displaymath"
_DELIMITED = re.compile(
    r"\$\$(?P<a>.+?)\$\$|(?<!\\)\$(?P<b>[^$]+?)(?<!\\)\$|\\\[(?P<c>.+?)\\\]|\\\((?P<d>.+?)\\\)"
    rf"|(?P<e>\\begin\{{(?P<name>(?:{_ENVIRONMENTS})\*?)\}}.*?\\end\{{(?P=name)\}})",
    re.DOTALL,
)
_EMPHASIS = re.compile(r"(?<![\w$)}\]])(\*{1,3}|_{1,3})(\${1,2}[^$]+\${1,2})\1(?![\w$({\[])")
_DOLLARS_IN_TEXT = re.compile(r"(\\(?:text|mbox|textrm|mathrm)\{[^{}$]*)\$([^${}\\]+)\$([\s.,]*)\}")
_WHOLLY_MARKED = re.compile(r"\s*\${1,2}([^$]+)\${1,2}\s*")
_BOXED = re.compile(r"\\(?:boxed|fbox|framebox)\s*\{")
_NO_ANSWER = re.compile(
    r"^\W*(?:i\s+(?:do\s*n[o']?t|don.?t|have no)\s+(?:know|idea).*|no idea.*|idk|dunno|\?+|n/?a|none|todo|tbd"
    r"|see above.*|skip(?:ped)?|unknown)\W*$",
    re.IGNORECASE | re.DOTALL,
)


def is_latex(text: str) -> bool:
    """Whether a text is LaTeX by its looks: a command, a brace behind ``_`` or ``^``, or a dollar."""
    return _LATEX.search(text) is not None


def plain_texts(text: str) -> str:
    r"""The text without an editor's marks or a remark at its end, and ``\text{if $x > 0$}`` as ``\text{if }x > 0``.

    Its length stays.

    Raises:
        Unreadable: at an HTML tag.
    """
    plain = without_asides(undressed(text))
    return _DOLLARS_IN_TEXT.sub(lambda found: f"{found[1]}}}{found[2]} {' ' * (len(found[3]) + 1)}", plain)


def sentence_end(text: str, piece: Piece) -> int:
    """Where a formula ends without the full stop of its sentence."""
    shown = text[piece.start : piece.end].rstrip()
    kept = shown if shown.endswith("...") else shown.rstrip(".,;").rstrip()
    end = piece.start + len(kept)
    return end if end > piece.start else piece.end


def formulas(text: str, *, latex: bool) -> list[Piece]:
    """All stretches of a text that are marked as formulas; the whole text if none is."""
    boxed = _boxed(text)
    if boxed:
        return boxed[-1:]
    return _delimited(text) or [Piece(0, len(text), latex)]


def pieces(text: str, attempt: Attempt, *, latex: bool, is_name: IsName) -> Found:
    """Read the answer in a text.

    A box is the answer (the last one). Else the formulas between dollars or in environments: the only one, or the last
    equation, or the only one that is more than a mention of a symbol; those behind words such as "since" or "where"
    are conditions. Else the whole text; else, when it holds words, the part behind the last concluding word, or what
    its sentences answer with. ``is_name`` tells whether a word is a symbol of the question.

    Raises:
        Unreadable: when what is chosen by this rule cannot be read, or nothing can be chosen.
    """
    if _NO_ANSWER.match(text):
        raise Unreadable(0, "there is no formula in this answer", "leave it empty or write a formula")
    text = _EMPHASIS.sub(lambda found: f"{' ' * len(found[1])}{found[2]}{' ' * len(found[1])}", text)
    boxed = _boxed(text)
    if boxed:
        if len({text[piece.start : piece.end].strip() for piece in boxed}) > 1:
            raise Unreadable(boxed[1].start, "two different boxed answers", "box the final answer only")
        outside = text[: boxed[-1].start].rsplit("\\", 1)[0] + text[boxed[-1].end + 1 :]
        notes = ("the boxed formula is read as the answer",) if re.search(r"\w", outside) else ()
        return Found(attempt(boxed[-1]), notes, latex=True)
    marked = _delimited(text)
    if marked:
        return among(text, marked, attempt)
    try:
        return Found(attempt(Piece(0, len(text), latex)), (), latex)
    except Unreadable as error:
        choice = _chosen_in(text, is_name)
        restated = choice if choice is not None and choice.shown != text else None
        found = (
            _unwrapped(text, attempt, latex=latex)
            or _in_sentence(text, restated, attempt, latex=latex)
            or _in_words(text, attempt, latex=latex, is_name=is_name)
            or _in_sentence(text, choice, attempt, latex=latex)
        )
        if found is not None:
            return found
        raise error from None


def _boxed(text: str) -> list[Piece]:
    found: list[Piece] = []
    for match in _BOXED.finditer(text):
        depth, position = 1, match.end()
        while position < len(text) and depth:
            step = 2 if text[position] == "\\" else 1
            depth += (text[position] == "{") - (text[position] == "}")
            position += step
        if depth:
            raise Unreadable(match.start(), "a brace that is never closed", "add the missing }")
        inside = _WHOLLY_MARKED.fullmatch(text, match.end(), position - 1)
        start, end = inside.span(1) if inside is not None else (match.end(), position - 1)
        found.append(Piece(start, end, latex=True))
    return found


def _delimited(text: str) -> list[Piece]:
    if "$" not in text and "\\" not in text:
        return []
    found: list[Piece] = []
    for match in _DELIMITED.finditer(text):
        name = next(group for group in "abcde" if match[group] is not None)
        found.append(Piece(match.start(name), match.end(name), latex=True))
        if len(found) > _MOST_PIECES:
            raise Unreadable(match.start(), f"more than {_MOST_PIECES} formulas in one answer", "box the final one")
    return found


# Words and a formula without marks


def _unwrapped(text: str, attempt: Attempt, *, latex: bool) -> Found | None:
    """What stands in Markdown's stars or backticks, in quotation marks, or behind ``(a)``."""
    wrapped = _WRAPPED.fullmatch(text)
    if wrapped is None:
        return None
    try:
        return Found(attempt(Piece(wrapped.start("inside"), wrapped.end("inside"), latex)), (), latex)
    except Unreadable:
        return None


def _in_words(text: str, attempt: Attempt, *, latex: bool, is_name: IsName) -> Found | None:
    """The part behind the last concluding word or line, if the rest is plainly words."""
    if not re.search(r"[^\W\d_]{2,}", text) or _CODE.search(_RETURNED.sub(" ", text)) or turns(text):
        return None
    found = stretches(text, is_name)
    for start, end in _candidates(text):
        if not text[start:end].strip() or (start, end) == (0, len(text)):
            continue
        if takes_back(text[:start] + " " + text[end:]) or "?" in text[end:] or _in_reason(text, start, found):
            continue
        if denies(text[:start]) or _TWO_VALUES.search(text[:start]) or _CASES.search(text[:start] + "\n" + text[end:]):
            continue
        reason = _REASON.match(text[end:]) is not None
        before = _PREMISE.fullmatch(text[:start]) is not None or _plainly_words(text[:start])
        if not before or not (reason or _plainly_words(text[end:], behind=True)):
            continue
        if end < len(text) and len(_PROSE_WORD.findall(text[end:])) == 1 and not _ASIDE.fullmatch(text[end:]):
            continue
        last = next((place for place, one in enumerate(found) if one[0] >= start), None)
        if last and is_second(text, found, last):
            continue
        try:
            formula = attempt(Piece(start, end, latex))
        except Unreadable:
            continue
        return Found(formula, ("the words around the formula are not read",), latex)
    return _only_number(text, attempt)


def _in_reason(text: str, start: int, formulas: Sequence[tuple[int, int]]) -> bool:
    """Whether a place is in a reason behind a formula: ``f' = x since the derivative is 2x``."""
    found = list(_REASONING.finditer(text, 0, start))
    if not found or not formulas or formulas[0][0] >= found[-1].start():
        return False
    return _CONCLUSIVE.search(text, found[-1].end(), start) is None


def _chosen_in(text: str, is_name: IsName) -> Choice | None:
    """The formula that the sentences of a text answer with, if it is no code and no bracket changes what it says."""
    if not re.search(r"[^\W\d_]{2,}", text) or _CODE.search(_RETURNED.sub(" ", text)) or turns(text):
        return None
    return answer_of_sentence(text, is_name)


def _in_sentence(text: str, choice: Choice | None, attempt: Attempt, *, latex: bool) -> Found | None:
    if choice is None:
        return None
    if choice.shown == text and not re.search(r"[^\W\d_]{2,}", text[: choice.start] + " " + text[choice.end :]):
        return None  # no words are left that could be around a formula
    try:
        formula = attempt(Piece(choice.start, choice.end, latex), choice.shown)
    except Unreadable:
        return None
    return Found(formula, ("the words around the formula are not read",), latex)


def _only_number(text: str, attempt: Attempt) -> Found | None:
    """``2 per parameter``, ``factor 2``: one number among words that say nothing about its size."""
    numbers = list(_PLAIN_NUMBER.finditer(text))
    outside = _ASIDE_WORDS.sub(" ", text)
    if re.search(r"\w\(", text):
        return None  # a call, and no aside
    if len(numbers) != 1 or _CHANGING.search(outside) or re.search(r"[-–]\w", text):
        return None
    words = _PROSE_WORD.findall(outside)
    rest = text[: numbers[0].start()] + text[numbers[0].end() :]
    if _FORMULA_SIGN.search(rest) or not (words or outside != text):
        return None
    if any(len(word) == 1 and word not in {"a", "A"} for word in words):
        return None
    measured = _MEASURED.match(text, numbers[0].end())
    end = measured.end() if measured is not None and unit(measured[1]) is not None else numbers[0].end()
    if not leaves_value(text[: numbers[0].start()], text[end:]):
        return None
    formula = attempt(Piece(numbers[0].start(), end, latex=False))
    return Found(formula, ("the words around the number are not read",), latex=False)


def _candidates(text: str) -> list[tuple[int, int]]:
    """Stretches behind a concluding word or on a line of their own, the last first."""
    starts = [match.end() for match in CONCLUDING.finditer(text)][-6:]
    lines = [match.end() for match in _BREAK.finditer(text)][-4:]
    premise = _PREMISE.match(text)
    lines += [premise.end()] if premise is not None else []
    found: list[tuple[int, int]] = []
    for start in sorted({*starts, *lines, 0}, reverse=True):
        ends = [match.start() for match in _STOP.finditer(text, start + 1)][:2]
        found += [(start, end) for end in (len(text), *reversed(ends)) if end > start]
    return found[:_MOST_ATTEMPTS]


_TWO_VALUES = re.compile(r"\b(?:is|are|equals|has)\s+[-+]?[\w.^/*]*\d[\w.^/*]*\s+and\s+the\b", re.IGNORECASE)
"""``the slope is -2 and the intercept is``: two things are answered."""
_WRAPPED = re.compile(
    r"\s*(?:(?:final\s+)?(?:answer|solution|result)\s+(?:to|for|of)\s+(?=part|question|problem|exercise|task|q))?"
    r"(?:[-*+]\s|\(?[a-h]\)\s|part\s*\(?[a-h0-9]\)?\s*[:.)]?\s|(?:question|problem|exercise|task|q)\s*\d+\s*[:.)]?\s)?"
    r"\s*(?P<mark>\*\*|__|`{1,3}|[\"“”]|)(?P<inside>[^`\"“”]+?)(?P=mark)\s*",
    re.IGNORECASE | re.DOTALL,
)
_CASES = re.compile(r"\b(?:else|otherwise)\b")
_REASON = re.compile(r"[\s,;(]*(?:since|because)\b")
_PREMISE = re.compile(r"\s*(?:since|because|as|given that)\s[^=<>\n$\\]*[a-z]{2,}[^=<>\n$\\]*,(?=\s)", re.IGNORECASE)
"""A reason without equations before an answer, up to a comma: *Since the w_i have mean 0,*."""
_REASONING = re.compile(r"\b(?:since|because)\b", re.IGNORECASE)
_CONCLUSIVE = re.compile(
    r"\b(?:so|hence|thus|therefore|answer|result|total|we\s+(?:get|obtain|have))\b|[.;]\s", re.IGNORECASE
)
_ASIDE = re.compile(r"\s*\(\s*[A-Za-z]{4,}\s*\)[\s.]*")
_ASIDE_WORDS = re.compile(r"\([A-Za-z ,]*\)")
_PLAIN_NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\w.,]*\d)(?![A-Za-z_%])")
_MEASURED = re.compile(r"\s*([A-Za-z]{2,})\b")
_CHANGING = re.compile(
    r"\b(?:not|no|less|more|least|most|between|minus|negative|half|halves|third|thirds|quarter|times|double|twice"
    r"|triple|plus|over|percent|per\s?cent|square\w*|cube\w*|hundreds?|thousands?|million\w*|billion\w*|dozens?|root"
    r"|log\w*|power|and|or|never|without|under|above|below|up|order|bigger|smaller|larger|greater|fewer|divided"
    r"|multiplied|inverse|reciprocal|exponent\w*|factorial|step|part|question|problem|exercise|equation|case)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\blambda\b[^:]*:|__|\b(?:import|exec|eval|open|getattr|def|return|print)\b|\w\.\w+\(")
_RETURNED = re.compile(r"\b(?:the|expected|average|total|discounted|optimal)\s+return\b", re.IGNORECASE)
"""A return that is a noun, and no code."""
_PROSE_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NEXT = 6
"""So many words behind a formula are looked at for one that changes it."""
_OF_EACH = re.compile(r"\b(?:each|every|any)\s+of\s+(?:the|these|those|its)\b")
_RATIO = re.compile(r"\\[dt]?frac\b|\\sqrt\b")
"""A fraction or a root before a colon: no heading."""
_SIGNED = re.compile(r"[\u0370-\u03ff⁰¹²³⁴-⁹₀-₉ᵀ]")
"""Letters and signs that stand in formulas alone."""
_FORMULA_SIGN = re.compile(r"[+*/^&=<>\\{}\[\]_|√∑∏∫≤≥≠≈·×÷−]|\d")


def _plainly_words(text: str, *, behind: bool = False) -> bool:
    """Whether a stretch is prose or an earlier equation: nothing of the answer would be lost with it."""
    words = _PROSE_WORD.findall(text)
    if not text.strip():
        return True
    if behind and (_SIGNED.search(text) or changes(" ".join(words[:_NEXT])) or _OF_EACH.search(text)):
        return False
    if not _FORMULA_SIGN.search(text) and words and all(len(word) > 1 or word in {"a", "I"} for word in words):
        return not re.search(r"\(\s*\w\s*[,)]", text)
    if behind:
        return False
    shown = text.rstrip()
    if shown.endswith(":") and ("(" in text or "^" in text) and not CONCLUDING.search(shown[-12:-1]):
        return False  # "time: O(n^2), space:" names two answers
    if shown.endswith(":") and _RATIO.search(shown) is not None:
        return False
    return bool(words) and CONCLUDING.search(text[-40:]) is not None
