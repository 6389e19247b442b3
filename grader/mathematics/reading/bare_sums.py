r"""Sums without an index over names without one, where nobody declared anything: ``\sum xy - \sum x \sum y``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.mathematics.functions import GREEK
from grader.mathematics.reading.sums import MOST_SUMS, end_of_term, summed_letters
from grader.mathematics.reading.tokens import Token

_RUNNING = frozenset("xyzuvw")
"""Letters for what is observed: below a sum without any index, they run over the observations."""
_INDICES = "ijkn"
_BESIDE = frozenset({"(", "["})


def running_index(texts: Sequence[Sequence[Token]]) -> str:
    """The letter with which observations below bare sums are counted; empty where no text has such a sum.

    It is the one letter with which sums of the texts run, or else one that stands nowhere.
    """
    names = frozenset[str]().union(*(_names(tokens) for tokens in texts if _bare(tokens)))
    if not names or names & summed_letters(texts):
        return ""  # `\sum p(x)` beside `\sum_x p(x)` runs over x itself
    letters = {
        letter.text[0]
        for tokens in texts
        for sign, mark, brace, after in zip(tokens, tokens[1:], tokens[2:], tokens[3:], strict=False)
        for letter in ((after if brace.text == "{" else brace),)
        if (sign.kind, sign.text, mark.text) == ("command", "sum", "_") and letter.kind == "word"
    }
    if len(letters) == 1:
        return letters.pop()
    words = {one.text for tokens in texts for one in tokens if one.kind == "word"}
    used = {letter for word in words if word not in GREEK for letter in word}
    return next((letter for letter in _INDICES if letter not in used), "") if not letters else ""


def with_running(tokens: Sequence[Token], index: str) -> list[Token]:
    """The tokens with this index on each observation below a sum without an index."""
    places = _bare(tokens) if index else []
    names = _names(tokens) if places else frozenset[str]()
    covered = {one for place in places for one in range(place + 1, end_of_term(tokens, place + 1))}
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        if place not in covered or not _runs(tokens, place, names):
            kept.append(token)
            continue
        for number, letter in enumerate(token.text):
            start = token.start + number
            word = token._replace(text=letter, start=start, end=start + 1, space=token.space and not number)
            if tokens[place - 1].kind == "accent" and number == 0:
                brace = word._replace(kind="open", text="{", space=False)
                kept += [brace, word, brace._replace(kind="close")]
            else:
                kept.append(word)
            if letter in names:
                mark = word._replace(kind="op", text="_", font="", space=False)
                kept += [mark, mark._replace(kind="word", text=index)]
    return kept


def _bare(tokens: Sequence[Token]) -> list[int]:
    """Where sums without an index stand, of which no term carries one, if all sums of the text are such."""
    signs = [place for place, one in enumerate(tokens[:-1]) if (one.kind, one.text) == ("command", "sum")]
    bare = [place for place in signs if tokens[place + 1].text not in {"_", "^", "limits"}]
    if not bare or len(bare) < len(signs) or len(bare) > MOST_SUMS:
        return []
    covered = [one for place in bare for one in tokens[place + 1 : end_of_term(tokens, place + 1)]]
    return [] if any(one.text == "_" and one.kind == "op" for one in covered) else bare


def _names(tokens: Sequence[Token]) -> frozenset[str]:
    """The observations: letters that stand below bare sums, and nowhere else in the text."""
    covered: set[int] = set()
    for place in _bare(tokens):
        covered.update(range(place + 1, end_of_term(tokens, place + 1)))
    inside = {letter for place in covered for letter in _letters(tokens, place)}
    outside = {letter for place in range(len(tokens)) if place not in covered for letter in _letters(tokens, place)}
    return frozenset((inside & _RUNNING) - outside)


def _letters(tokens: Sequence[Token], place: int) -> Iterator[str]:
    """The letters of a row that has no line over it, and of which the last is no function."""
    token, after = tokens[place], tokens[min(place + 1, len(tokens) - 1)]
    plain = token.kind == "word" and not token.font and token.text.isascii() and _RUNNING.issuperset(token.text)
    barred = place > 0 and _barred(tokens, place)
    if plain and not barred and not (after.kind == "open" and after.text in _BESIDE and not after.space):
        yield from token.text


def _runs(tokens: Sequence[Token], place: int, names: frozenset[str]) -> bool:
    return any(letter in names for letter in _letters(tokens, place))


def _barred(tokens: Sequence[Token], place: int) -> bool:
    """Whether a name is a mean or another number of its own: a line over it, or a star."""
    start = place - 1
    while start and tokens[start].text == "{":
        start -= 1
    return tokens[start].kind == "accent" and tokens[start].text == "bar"
