"""Runs of letters and digits that are products where nobody declared anything: ``n2^{n-1}``, ``O(knTd)``, ``2j``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.index_words import is_label
from grader.mathematics.reading.levels import GROWTH
from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.tokens import Token

_NAMED = re.compile(r"([A-Za-z])([0-9]+)")
_WHOLE = 4
_MOST = 6
_IMAGINARY = "j"
_EULER = "E"
NAMED = "named"
"""The font of a letter that is a name where it is a constant otherwise."""

Runs = frozenset[str]


def runs_of(scanned: Sequence[tuple[Sequence[Token], bool]]) -> Runs:
    """What all scanned texts together, each with whether it is LaTeX, show to be products."""
    texts = [tokens for tokens, _ in scanned]
    found = set(_factors(texts)) | set(_rows(scanned))
    found |= {_EULER} if _is_name(scanned) else set()
    found |= set(_undressed(texts))
    return frozenset(found | ({_IMAGINARY} if _is_imaginary(scanned) else set()))


def with_runs(tokens: Sequence[Token], runs: Runs) -> list[Token]:
    """The tokens with these runs written out as products."""
    kept: list[Token] = []
    grown = _grown(tokens)
    labelled = {run.replace("_", ""): run for run in runs if "_" in run}
    for place, token in enumerate(tokens):
        natural = token.text == _EULER and _EULER in runs and _is_alone(tokens, place)
        counted = place in grown and token.text in {"e", "E", "i", "I"}
        if token.kind == "word" and not token.font and (natural or counted):
            kept.append(token._replace(font=NAMED))
        elif token.kind == "word" and token.text == _IMAGINARY and _IMAGINARY in runs and _behind_digit(tokens, place):
            sign = token._replace(kind="op", text="*", space=False, end=token.start)
            kept += [sign, token._replace(text="i", space=False)]
        elif token.kind == "word" and not token.font and token.text in labelled:
            kept += _dressed(token, labelled[token.text])
        elif token.kind == "word" and token.text in runs and token.text != _IMAGINARY:
            named = _NAMED.fullmatch(token.text)
            parts = list(named.groups()) if named is not None else list(token.text)
            kept += _product(token, parts)
        elif token.kind == "number" and place and _begins_power(tokens, place):
            middle = token.start + 1
            sign = token._replace(kind="op", text="*", start=middle, end=middle, space=False)
            kept += [token._replace(text="0", end=middle), sign]
            kept.append(token._replace(text=token.text[1:], start=middle, space=False))
        elif token.kind == "number" and place and _glued(tokens, place) in runs:
            kept += [token._replace(kind="op", text="*", end=token.start), token]
        else:
            kept.append(token)
    return kept


def _begins_power(tokens: Sequence[Token], place: int) -> bool:
    """Whether ``02`` of ``N_02^{-t}`` stands here: no index begins with 0, and what is raised is the 2."""
    text, after = tokens[place].text, tokens[min(place + 1, len(tokens) - 1)]
    below = tokens[place - 1].kind == "op" and tokens[place - 1].text == "_"
    return below and len(text) > 1 and text[0] == "0" and text.isdigit() and after.text == "^"


def _is_name(scanned: Sequence[tuple[Sequence[Token], bool]]) -> bool:
    """Whether E is a name: nothing raises it by two stars, and no other text without it has e or exp."""
    holding = [any(one.text == _EULER for one in tokens) for tokens, _ in scanned]
    natural = [any(one.text in {"e", "exp"} for one in tokens) for tokens, _ in scanned]
    starred = any(
        one.text == _EULER and after.font in {"python", "numpy"} and after.text == "^"
        for tokens, _ in scanned
        for one, after in pairwise(tokens)
    )
    told = any(e and not held for e, held in zip(natural, holding, strict=True))
    return any(holding) and not starred and not told


def _is_alone(tokens: Sequence[Token], place: int) -> bool:
    """Whether no bracket and no index behind E makes it a mean, and it does not name the answer."""
    after = tokens[min(place + 1, len(tokens) - 1)]
    head = place == 0 and after.text in {"=", ":="}
    return after.kind not in {"open", "word"} and after.text not in {"_", "|"} and not head


def _grown(tokens: Sequence[Token]) -> frozenset[int]:
    """The places within O(...) and its relatives of letters that nothing raises: e and i are names there."""
    found: set[int] = set()
    for place, (token, after) in enumerate(pairwise(tokens)):
        if token.kind == "word" and token.text in GROWTH and (after.kind, after.text) == ("open", "("):
            inside = range(place + 2, min(closing(tokens, place + 1), len(tokens) - 1))
            found.update(at for at in inside if tokens[at + 1].text != "^" and tokens[at + 1].kind != "open")
    return frozenset(found)


def _product(word: Token, parts: Sequence[str]) -> Iterator[Token]:
    start = word.start
    for number, part in enumerate(parts):
        if number:
            yield word._replace(kind="op", text="*", start=start, end=start, space=False)
        kind = "number" if part.isdigit() else "word"
        yield word._replace(kind=kind, text=part, start=start, end=start + len(part), space=word.space and not number)
        start += len(part)


def _undressed(texts: Sequence[Sequence[Token]]) -> Iterator[str]:
    """A row of letters in one text that is a name and the label below it in another: ``c_in`` for ``cin``."""
    alone = {one.text for tokens in texts for place, one in enumerate(tokens) if _stands_alone(tokens, place)}
    names = [set(_with_labels(tokens, frozenset(alone))) for tokens in texts]
    for number, tokens in enumerate(texts):
        others = set[str]().union(*(found for place, found in enumerate(names) if place != number)) - names[number]
        rows = {one.text for place, one in enumerate(tokens) if _is_row(tokens, place)}
        yield from (name for name in others if name.replace("_", "") in rows)


def _with_labels(tokens: Sequence[Token], alone: frozenset[str]) -> Iterator[str]:
    """Names with a label below: a known one or one of three letters, or two letters that stand nowhere alone."""
    for place in range(1, len(tokens) - 2):
        mark, word = tokens[place], tokens[place + 1]
        if (mark.kind, mark.text) != ("op", "_") or tokens[place - 1].kind != "word":
            continue
        braced = word.text == "{" and tokens[min(place + 3, len(tokens) - 1)].kind == "close"
        label = tokens[place + 2] if braced else word
        letters = {tokens[place - 1].text, *label.text}
        pair = len(label.text) == len("xy") and alone.isdisjoint(letters)
        if label.kind == "word" and label.text.isalpha() and (pair or is_label(label.text)):
            yield f"{tokens[place - 1].text}_{label.text}"


def _is_row(tokens: Sequence[Token], place: int) -> bool:
    """Whether letters stand here that are no function, no label and no name with one."""
    token, after = tokens[place], tokens[min(place + 1, len(tokens) - 1)]
    before = tokens[place - 1].text if place else ""
    plain = token.kind == "word" and not token.font and len(token.text) > len("in")
    return plain and find(token.text) is None and token.text not in GREEK and "_" not in {before, after.text}


def _dressed(word: Token, name: str) -> list[Token]:
    """The tokens of a name with its label, in the place of a row of letters."""
    base, _, label = name.partition("_")
    middle = word.start + len(base)
    mark = word._replace(kind="op", text="_", start=middle, end=middle, space=False)
    inside = word._replace(text=label, start=middle, space=False, font="upright")
    brace = mark._replace(kind="open", text="{")
    first = word._replace(text=base, end=middle)
    return [first, mark, brace, inside, brace._replace(kind="close", start=word.end, end=word.end)]


def _factors(texts: Sequence[Sequence[Token]]) -> Iterator[str]:
    """A letter and a number raised to a power with a letter in it, ``n2^n``: the letter stands alone, they do not."""
    alone = {one.text for tokens in texts for place, one in enumerate(tokens) if _stands_alone(tokens, place)}
    spelled: dict[str, list[bool]] = {}
    for tokens in texts:
        for place in range(len(tokens) - 1):
            name, after = _spelled(tokens, place)
            if name:
                spelled.setdefault(name, []).append(_raised_to_letters(tokens, after))
    own = {name for tokens in texts for name in _raised_to_themselves(tokens)}
    for name, raised in spelled.items():
        found = _NAMED.fullmatch(name)
        alike = found is not None and found[1] in alone and (all(raised) or name in own)
        if found is not None and alike and found[2] not in {"0", "1"}:
            yield name


def _raised_to_themselves(tokens: Sequence[Token]) -> Iterator[str]:
    """``k2`` of ``k2^k``, whose letter is the exponent: the letter stands alone there, so it does before the 2."""
    for place in range(len(tokens) - 1):
        name, mark = _spelled(tokens, place)
        if name and mark > 0 and (tokens[mark].kind, tokens[mark].text) == ("op", "^"):
            inside = tokens[mark + 1 : closing(tokens, mark + 1) + 1]
            if any(one.kind == "word" and one.text == name[0] for one in inside):
                yield name


def _spelled(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """``n2`` or ``n_2`` at a place, as one word, and where it ends."""
    token, after = tokens[place], tokens[place + 1]
    if token.kind != "word" or token.font:
        return "", place
    if _NAMED.fullmatch(token.text):
        return token.text, place + 1
    if len(token.text) == 1 and after.kind == "number" and not after.space:
        return token.text + after.text, place + 2
    if len(token.text) == 1 and after.text == "_" and tokens[place + 2].kind == "number":
        return token.text + tokens[place + 2].text, -1
    return "", place


def _glued(tokens: Sequence[Token], place: int) -> str:
    """The letter before a number, and the number, if nothing is between them."""
    before = tokens[place - 1]
    letter = before.kind == "word" and len(before.text) == 1 and not tokens[place].space
    return before.text + tokens[place].text if letter else ""


def _raised_to_letters(tokens: Sequence[Token], mark: int) -> bool:
    if mark < 0 or (tokens[mark].kind, tokens[mark].text) != ("op", "^"):
        return False
    stop = closing(tokens, mark + 1)
    return any(one.kind == "word" for one in tokens[mark + 1 : stop + 1])


def _stands_alone(tokens: Sequence[Token], place: int) -> bool:
    token, after = tokens[place], tokens[min(place + 1, len(tokens) - 1)]
    plain = token.kind == "word" and len(token.text) == 1 and not token.font
    return plain and after.text != "_" and (after.kind != "number" or after.space)


def _rows(scanned: Sequence[tuple[Sequence[Token], bool]]) -> Iterator[str]:
    """Words of four letters or more that only one text has, in plain text, and the other letter by letter."""
    for number, (tokens, latex) in enumerate(scanned):
        others = [other for place, (other, _) in enumerate(scanned) if place != number]
        if latex or not others:
            continue
        single = {letter for other in others for letter in _letters(other)}
        written = {one.text for other in others for one in other if one.kind == "word"}
        for token in tokens:
            word = token.text
            plain = token.kind == "word" and not token.font and word.isascii() and word.isalpha()
            known = word in GREEK or find(word) is not None or word in written
            sized = _WHOLE <= len(word) <= _MOST and len(set(word)) == len(word)
            if plain and sized and not known and single.issuperset(word):
                yield word


def _letters(tokens: Sequence[Token]) -> Iterator[str]:
    """The letters that are names in a text: single ones, and those of rows that are no words."""
    for token in tokens:
        if token.kind == "word" and not token.font and token.text not in GREEK and find(token.text) is None:
            yield from token.text


def _is_imaginary(scanned: Sequence[tuple[Sequence[Token], bool]]) -> bool:
    """Whether j stands nowhere but directly behind digits, as Python writes the imaginary unit, and in plain text."""
    places = [(tokens, place) for tokens, _ in scanned for place, one in enumerate(tokens) if "j" in _name(one)]
    plain = any(not latex and any(one.text == _IMAGINARY for one in tokens) for tokens, latex in scanned)
    return plain and all(tokens[place].text == _IMAGINARY and _behind_digit(tokens, place) for tokens, place in places)


def _name(token: Token) -> str:
    known = token.kind != "word" or token.text in GREEK or find(token.text) is not None
    return "" if known else token.text


def _behind_digit(tokens: Sequence[Token], place: int) -> bool:
    token, after = tokens[place], tokens[min(place + 1, len(tokens) - 1)]
    glued = place > 0 and tokens[place - 1].kind == "number" and not token.space
    return glued and after.kind not in {"word", "open"} and after.text != "_"
