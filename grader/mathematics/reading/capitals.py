r"""Texts of nothing but capital letters where nobody declared anything: sets, ``\overline{A \cup B}``, and matrices."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.reading.tokens import Token

_SETS = frozenset({"cup", "cap", "setminus", "symdiff", "subset", "subseteq", "supset", "supseteq"})
_MARKS = frozenset({"c", "C", "complement"})
_MATRIX_SIGNS = frozenset({"^", "-", "+", "cdot", "top", "=", "*"})

_FEWEST = 2
MOST_BESIDE = 200


def are_sets(texts: Sequence[Sequence[Token]]) -> bool:
    """Whether a text joins capital letters by signs of sets, and no text holds anything else."""
    joined = False
    for tokens in texts:
        for place, token in enumerate(tokens):
            joined = joined or (token.kind == "op" and token.text in _SETS)
            if token.kind == "word" and not (
                _is_capital(token) or _is_symmetric(tokens, place) or token.text in _MARKS or token.text == "emptyset"
            ):
                return False
            if token.kind in {"number", "command", "bar"}:
                return False
    return joined


def are_matrices(texts: Sequence[Sequence[Token]]) -> bool:
    """Whether a text inverts a product of capital letters, ``(AB)^{-1}``, and no text holds anything but such."""
    inverted = False
    for tokens in texts:
        for place, token in enumerate(tokens):
            if token.kind == "word" and not (token.text.isascii() and token.text.isupper()):
                return False
            if token.kind not in {"word", "open", "close", "end", "number"} and token.text not in _MATRIX_SIGNS:
                return False
            if token.kind == "number" and token.text not in {"1", "2", "3"}:
                return False
            following = [one.text for one in tokens[place + 1 : place + 5]]
            if (token.kind, token.text) == ("close", "(") and following[:4] == ["^", "{", "-", "1"]:
                inverted = inverted or _letters(tokens, place) >= _FEWEST
    return inverted


def _is_symmetric(tokens: Sequence[Token], place: int) -> bool:
    r"""Whether ``\Delta`` stands between two operands, the sign of a symmetric difference."""
    if tokens[place].text != "Delta" or not place:
        return False
    return tokens[place - 1].kind in {"word", "close"} and tokens[place + 1].kind in {"word", "open", "accent"}


def is_plain_name(tokens: Sequence[Token], place: int) -> bool:
    """Whether I beside other capital letters is a name, as in ``I - KH``, and no imaginary unit, as in ``exp(I*x)``."""
    before = tokens[place - 1].text if place else ""
    raised = before == "^" or (before == "(" and place > 1 and tokens[place - 2].text in {"^", "exp", "sqrt"})
    if raised or tokens[place + 1].text == "(":
        return False
    beside = tokens[:MOST_BESIDE]  # of a text with a thousand I the rest is not looked through for each
    return any(_is_row(one) and one.text != "I" for one in beside) and not any(one.text == "exp" for one in beside)


def _is_row(token: Token) -> bool:
    """Whether a word is a row of capital letters."""
    return token.kind == "word" and not token.font and token.text.isascii() and token.text.isupper()


def with_complements(tokens: Sequence[Token]) -> list[Token]:
    r"""The tokens with ``^{c}`` for a line above a set or a prime behind it, and the sign of a symmetric difference."""
    signs = {place for place in range(len(tokens)) if _is_symmetric(tokens, place)}
    tokens = [one._replace(kind="op", text="symdiff") if i in signs else one for i, one in enumerate(tokens)]
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        if token.kind == "op" and token.text == "'" and kept:
            kept += _raised(token)
            place += 1
        elif token.kind == "accent" and token.text == "bar":
            braced = place + 1 < len(tokens) and tokens[place + 1].text == "{"
            stop = _closing(tokens, place + 1) if braced else place + 1
            inside = tokens[place + 2 : stop] if braced else tokens[place + 1 : place + 2]
            bracket = token._replace(kind="open", text="(", space=False)
            kept += [bracket, *with_complements(inside), bracket._replace(kind="close"), *_raised(token)]
            place = stop + 1
        else:
            kept.append(token)
            place += 1
    return kept


def _raised(mark: Token) -> list[Token]:
    raised = mark._replace(kind="op", text="^", space=False, font="")
    word = raised._replace(kind="word", text="c")
    return [raised, raised._replace(kind="open", text="{"), word, raised._replace(kind="close", text="{")]


def _is_capital(token: Token) -> bool:
    return len(token.text) == 1 and token.text.isascii() and token.text.isupper()


def _letters(tokens: Sequence[Token], closing: int) -> int:
    """How many letters stand in the bracket that closes here."""
    depth = found = 0
    for place in range(closing, -1, -1):
        depth += (tokens[place].kind == "close") - (tokens[place].kind == "open")
        found += len(tokens[place].text) if tokens[place].kind == "word" else 0
        if depth == 0:
            break
    return found


def _closing(tokens: Sequence[Token], opening: int) -> int:
    depth = 0
    for place in range(opening, len(tokens)):
        depth += (tokens[place].kind == "open") - (tokens[place].kind == "close")
        if depth == 0:
            return place
    return len(tokens)
