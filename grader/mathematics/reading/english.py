"""Which words of a text without a declaration are English and name nothing: ``the answer is``, ``half of``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.lines import CONNECTING, COUNTED
from grader.mathematics.reading.tokens import Token

_ALWAYS = frozenset(
    {
        *("the", "this", "that", "these", "those", "there", "here", "its", "and", "but", "not", "are", "was", "were"),
        *("has", "have", "had", "can", "could", "should", "would", "will", "may", "might", "does", "did", "been"),
        *(
            "because",
            "since",
            "when",
            "iff",
            "where",
            "while",
            "with",
            "without",
            "from",
            "into",
            "per",
            "for",
            "than",
            "then",
        ),
        *("get", "gets", "got", "give", "gives", "giving", "yields", "obtain", "find", "found", "equals", "equal"),
        *("means", "which", "what", "who", "how", "why", "all", "any", "each", "every", "both", "none"),
        *("our", "you", "your", "they", "them", "their", "think", "guess", "believe", "know", "maybe", "perhaps"),
        *("answer", "answers", "result", "solution", "ans", "hence", "thus", "therefore", "finally", "consequently"),
        *("half", "twice", "thrice", "double", "squared", "cubed", "plus", "minus", "times", "divided", "multiplied"),
        *(
            "about",
            "approx",
            "approximately",
            "roughly",
            "exactly",
            "least",
            "most",
            "more",
            "less",
            "only",
            "also",
            "never",
        ),
        *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "zero", "yes", "final"),
        *("over", "under", "between", "otherwise", "again", "very", "just", "same", "clearly", "obviously", "let"),
        *("million", "billion", "trillion", "thousand", "hundred", "dozen", "converge", "converges", "exist", "exists"),
    }
)
"""Words that are no row of letters and no name wherever they stand."""
_BETWEEN = frozenset({"is", "so", "of", "it", "we", "no"})
"""Words that are no product of two letters unless a sign of arithmetic is beside them."""
_WEAK = frozenset({"up", "to", "by", "at", "as", "an", "be", "do", "on", "my", "us", "if", "or", "in"})
"""Words that are English only beside another word."""
_NOUNS = frozenset({"minimum", "maximum", "average", "total", "mean", "median", "rank", "sum"})
"""Functions whose names are English words as well."""
_ENDS = frozenset({"is", "equals", "equal", "get", "gives", "obtain", "yields", "answer", "result", "to", "so", "thus"})
_PAUSES = frozenset({",", ";", "sentence", "newline", ":", "in", "'", "''"})
_CONDITIONS = frozenset({"for", "if", "when", "where"})
_LONG = 4
_RUN = 3


def is_english(word: str) -> bool:
    """Whether a word may be English wherever it stands."""
    return word.lower() in _ALWAYS | _BETWEEN | _WEAK | CONNECTING


def english(texts: Sequence[tuple[Sequence[Token], bool]]) -> list[frozenset[int]]:
    """For each scanned text, with whether it is LaTeX, the places of the words that name nothing.

    A text with a word such as "the" or "is" is prose, and in prose a row of three letters or more (elsewhere, in plain
    text, a word of four) is a name only if in some text it stands where a name stands: between signs, brackets and
    numbers.
    """
    sure = [frozenset(_sure(tokens)) for tokens, _ in texts]
    clean = {
        tokens[place].text
        for (tokens, _), known in zip(texts, sure, strict=True)
        for depths in (_depths(tokens),)
        for place in _words(tokens)
        if place not in known and _stands_alone(tokens, place, known, depths)
    }
    found: list[frozenset[int]] = []
    for (tokens, latex), known in zip(texts, sure, strict=True):
        shortest = _RUN if known else _LONG
        doubtful = {
            place
            for place in _words(tokens)
            if len(tokens[place].text) >= shortest and tokens[place].text not in clean and (known or not latex)
        }
        found.append(known | doubtful)
    return found


def _words(tokens: Sequence[Token]) -> list[int]:
    """The places of plain rows of letters that carry no label and are no function."""
    return [
        place
        for place, token in enumerate(tokens)
        if token.kind == "word"
        and not token.font
        and token.text.isalpha()
        and len(token.text) > 1
        and token.text not in GREEK
        and find(token.text) is None
        and tokens[min(place + 1, len(tokens) - 1)].text != "_"
        and not (place and tokens[place - 1].text in {"_", "^"})
        and not (place > 1 and tokens[place - 1].text == "{" and tokens[place - 2].text == "_")
    ]


def _sure(tokens: Sequence[Token]) -> list[int]:
    """The places of words that are English whatever the others are."""
    places = _words(tokens)
    found = [place for place in places if tokens[place].text.lower() in _ALWAYS | CONNECTING and _apart(tokens, place)]
    found += [
        place
        for place in places
        if tokens[place].text.lower() in _BETWEEN and _apart(tokens, place) and not _beside_sign(tokens, place)
    ]
    if _counts(tokens):
        found.append(_last(tokens))
    known = set(found)
    for place in places:
        if tokens[place].text.lower() in _WEAK and not _beside_sign(tokens, place):
            beside = {place - 1, place + 1}
            called = place and tokens[place - 1].text.lower() in _NOUNS
            if called or place == 0 or beside & known or any(len(tokens[one].text) > 2 for one in beside & set(places)):
                found.append(place)
                known.add(place)
    return found


def _last(tokens: Sequence[Token]) -> int:
    return next(place for place, token in enumerate(tokens) if token.kind == "end") - 1


def _counts(tokens: Sequence[Token]) -> bool:
    """Whether the text ends with what a number before it counts: ``128 parameters``."""
    last = _last(tokens)
    return (
        last > 0
        and tokens[last].kind == "word"
        and tokens[last].text.lower() in COUNTED
        and (tokens[last - 1].kind in {"number", "close"})
    )


def _apart(tokens: Sequence[Token], place: int) -> bool:
    """Whether white space, punctuation or an end of the text is on both sides of a word."""
    before, after = tokens[place - 1] if place else None, tokens[place + 1]
    if before is not None and before.kind == "open" and after.kind == "close":
        return True
    opens = before is None or tokens[place].space or before.text in _PAUSES
    return opens and (after.kind == "end" or after.space or after.text in _PAUSES or after.text == "=")


def _beside_sign(tokens: Sequence[Token], place: int) -> bool:
    """Whether a sign of arithmetic or a relation is directly before or behind."""
    before = tokens[place - 1] if place else None
    signs = {"+", "-", "*", "/", "^", "cdot", "times", "=", "<", ">", "<=", ">=", "_", "//", "@", "|"}
    return (before is not None and before.text in signs) or tokens[place + 1].text in signs


def _stands_alone(tokens: Sequence[Token], place: int, known: frozenset[int], depths: Sequence[int]) -> bool:
    """Whether a word stands where a name stands: no other word is beside it but a function or "is"."""
    after, conditioned = tokens[place + 1], place > 0 and tokens[place - 1].text in _CONDITIONS | {"and"}
    spelled = after.text == "<=>" and after.end - after.start == len("iff")
    if spelled or after.text in _CONDITIONS or (conditioned and after.kind == "end"):
        return False  # `stable when x > 0`, `x < 1 for convergence`
    if after.text == "(" and after.kind == "open" and not after.space and len(tokens[place].text) >= _LONG:
        return False  # a call of who knows what
    listed = depths[place] > 0
    if not (
        after.kind in {"end", "open", "close", "bar"} or (after.kind == "op" and (listed or after.text not in _PAUSES))
    ):
        return False
    if not place:
        return True
    before = tokens[place - 1]
    if before.kind == "word":
        concludes = before.text.lower() in _ENDS and place - 1 in known and not _computes(tokens[:place])
        return concludes or find(before.text) is not None
    return before.kind in {"number", "open", "bar", "command", "accent"} or (
        before.kind == "op" and (listed or before.text not in _PAUSES)
    )


def _computes(tokens: Sequence[Token]) -> bool:
    """Whether a formula is written: what "is" says behind one is no name, ``s = x/n, so it is biased``."""
    return any(
        token.kind in {"number", "command", "open"} or token.text in {"=", "+", "*", "/", "^"} for token in tokens
    )


def _depths(tokens: Sequence[Token]) -> list[int]:
    """In how many brackets each token stands."""
    return list(accumulate((token.kind == "open") - (token.kind == "close") for token in tokens))
