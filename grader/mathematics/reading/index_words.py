r"""Words below a name without braces, where nobody declared anything: of ``W_ix_t`` LaTeX sets only the i below."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.functions import GREEK, find
from grader.mathematics.reading.scripts import INDEX_LETTERS
from grader.mathematics.reading.tokens import Token

_LABELS = frozenset(
    {
        *(
            "in",
            "out",
            "max",
            "min",
            "hid",
            "mod",
            "new",
            "old",
            "pos",
            "neg",
            "opt",
            "eff",
            "tot",
            "avg",
            "std",
            "ref",
        ),
        *(
            "reg",
            "row",
            "col",
            "rec",
            "enc",
            "dec",
            "src",
            "tgt",
            "key",
            "val",
            "obs",
            "lin",
            "log",
            "exp",
            "sim",
            "gen",
        ),
        *("dis", "adv", "rel", "abs", "KL", "JS", "CE", "MLE", "MAP", "MSE", "data", "model", "train", "test", "head"),
        *("kl", "js", "ce"),
    }
)
"""Words that are meant as labels although LaTeX would set only their first letter below."""
_LAYERS = frozenset("lL")
_CALLED = frozenset("fghpqKN")


def cut_words(scanned: Sequence[tuple[Sequence[Token], bool]]) -> frozenset[str]:
    """The words below names of which only the first letter is meant, seen from all scanned texts together.

    Such a word carries a script of its own, ``y_ix_i``, or the letters behind its first are names elsewhere. In plain
    text the name with its first letter must be another one besides, as in ``W_if(x)`` beside ``W_i f(x)``, or it has
    an index, one name and another index behind each other, as in ``x_iy_i``. Capitals begin names.
    """
    single = {pair for tokens, _ in scanned for pair in _single(tokens)}
    standing = {letter for tokens, _ in scanned for letter in _standing(tokens)}
    found: set[str] = set()
    for tokens, latex in scanned:
        for place in _below(tokens):
            word, after = tokens[place].text, tokens[place + 1]
            scripted = after.kind == "op" and after.text in {"_", "^", "'"} and not after.space
            called = (after.kind, after.text) == ("open", "(") and len(word) == len("if")
            called = called and (word[-1] in _CALLED or _lists_several(tokens, place + 1))
            named = standing.issuperset(word[1:]) and not INDEX_LETTERS.issuperset(word)
            base = tokens[place - 2].text
            paired = (base if base in GREEK else base[-1:], word[0]) in single
            begins = (scripted and after.text == "_" and _begins_name(word)) or _ends_in_capitals(word)
            if (latex and (scripted or called or named)) or (paired and named) or begins:
                found.add(word)
        if latex:
            found |= {tokens[place].text for place in _below(tokens, "^") if _ends_above(tokens, place)}
    return frozenset(word for word in found if word not in _LABELS)


def _begins_name(word: str) -> bool:
    """Whether a word is an index and one name, ``iy`` of ``x_iy_i``: no name has two labels behind each other."""
    first = word[0] in INDEX_LETTERS or word[0].isupper()
    return first and (len(word) == len("iy") or word[1:] in GREEK)


def is_label(word: str) -> bool:
    """Whether a word below a name is a label as a whole: one of those that are known, or three letters or more."""
    return word in _LABELS or len(word) > len("in")


def _ends_in_capitals(word: str) -> bool:
    """Whether a word is one small letter and capitals, ``kH`` of ``K_kH``: names of their own."""
    return word[0].islower() and word[1:].isupper()


def _ends_above(tokens: Sequence[Token], place: int) -> bool:
    """Whether only the first letter of a word is raised: it counts layers, or the last has a script or a bracket."""
    after = tokens[place + 1]
    scripted = after.kind == "op" and after.text == "_" and not after.space
    called = (after.kind, after.text) == ("open", "(") and _lists_several(tokens, place + 1)
    return tokens[place].text[0] in _LAYERS or scripted or called


def _lists_several(tokens: Sequence[Token], opening: int) -> bool:
    """Whether the bracket that opens here holds several things."""
    depth = 0
    for token in tokens[opening:]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            return False
        if depth == 1 and (token.kind == "bar" or (token.kind == "op" and token.text in {",", ";", "mid"})):
            return True
    return False


def _single(tokens: Sequence[Token]) -> set[tuple[str, str]]:
    """Names with the one letter below them: W and i of ``W_i``."""
    return {
        (name.text if name.text in GREEK else name.text[-1:], letter.text)
        for name, mark, letter in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if (mark.kind, mark.text) == ("op", "_") and letter.kind == "word" and len(letter.text) == 1
    }


def with_cuts(tokens: Sequence[Token], cuts: frozenset[str]) -> list[Token]:
    """The tokens with these words behind ``_`` cut behind their first letter."""
    if not cuts:
        return list(tokens)
    kept: list[Token] = []
    places = {place for sign in "_^" for place in _below(tokens, sign) if tokens[place].text in cuts}
    for place, token in enumerate(tokens):
        if place not in places:
            kept.append(token)
            continue
        middle = token.start + 1
        kept.append(token._replace(text=token.text[0], end=middle))
        kept.append(token._replace(text=token.text[1:], start=middle, space=False))
    return kept


def _below(tokens: Sequence[Token], sign: str = "_") -> list[int]:
    """The places of rows of letters directly behind ``_`` or ``^``."""
    return [
        place
        for place, token in enumerate(tokens[:-1])
        if place
        and (tokens[place - 1].kind, tokens[place - 1].text) == ("op", sign)
        and token.kind == "word"
        and not token.font
        and len(token.text) > 1
        and token.text.isalpha()
        and token.text not in GREEK
        and (find(token.text) is None or len(token.text) == len("tr"))
    ]


def _standing(tokens: Sequence[Token]) -> set[str]:
    """The letters that stand for themselves somewhere, in no script."""
    found: set[str] = set()
    depth, scripts = 0, list[int]()
    for place, token in enumerate(tokens):
        before = tokens[place - 1] if place else None
        raised = before is not None and before.kind == "op" and before.text in {"_", "^"}
        if token.kind == "open":
            depth += 1
            scripts += [depth] if raised else []
        elif token.kind == "close":
            if scripts and scripts[-1] == depth:
                scripts.pop()
            depth -= 1
        elif token.kind == "word" and not scripts and not raised and _is_row(token) and find(token.text) is None:
            found |= {token.text} if token.text in GREEK else set(token.text)
    return found


def _is_row(token: Token) -> bool:
    """Whether a word is a row of letters, or one letter in a font."""
    return not token.font or (len(token.text) == 1 and token.font in {"bold", "script", "upright"})


def is_row_of_indices(label: str) -> bool:
    """Whether a label is two letters for indices, ``ij``, and no word such as ``in``."""
    return len(label) == len("ij") and INDEX_LETTERS.issuperset(label) and label not in _LABELS
