r"""Whether a raised T is a transpose or a symbol, where nobody declared anything.

It is a transpose if T stands nowhere but behind ``^``, and if a ``\top`` stands somewhere or T somewhere on a capital
letter, on brackets that hold one, on ones (``11^T``, ``1^T x``), or on a small Latin letter with a factor behind it
(``w^T x``); beside bold letters,
``\Sigma`` or ``\Lambda`` on anything with a factor behind it. ``\gamma^T`` and ``(1-p)^T`` alone are powers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.mathematics.reading.tokens import Token

TURN = "T"
MATRICES = frozenset({"Sigma", "Lambda"})
"""Greek letters that are matrices beside something transposed."""

_FEATURES = frozenset({"phi", "psi", "varphi"})
"""Letters for maps of features, whose values are columns."""

_PARAMETERS = frozenset({"theta", "phi", "psi"})
"""Greek letters that are vectors where a factor follows: ``\\theta^T x``."""


def turns(texts: Sequence[Sequence[Token]]) -> bool:
    """Whether a raised T is a transpose in all of these scanned texts, read together."""
    places = [(tokens, *place) for tokens in texts for place in _places(tokens)]
    beside = any(token.font == "bold" or token.text in MATRICES for tokens in texts for token in tokens)
    topped = any(token.kind == "op" and token.text == "top" for tokens in texts for token in tokens)
    return all(raised for _, _, raised in places) and (
        (topped and bool(places)) or any(_tells(tokens, at, beside) for tokens, at, _ in places)
    )


def _places(tokens: Sequence[Token]) -> Iterator[tuple[int, bool]]:
    """Where T stands as a letter of a word, and whether that is directly behind ``^``."""
    for position, token in enumerate(tokens):
        if token.kind != "word" or TURN not in token.text or token.font in {"command", "double", "script"}:
            continue
        if token.font == "upright" and token.text != TURN:
            continue
        if is_bound(tokens, position):
            continue
        doubled = token.text == TURN * 2 and tokens[position - 1].text == "^" and _is_called(tokens, position)
        if _is_called(tokens, position) and token.text == TURN:
            continue  # `T(y)` is a statistic, whatever is transposed
        first = token.text.startswith(TURN) and (doubled or TURN not in token.text[1:])
        yield position, first and _mark(tokens, position) is not None


def _is_called(tokens: Sequence[Token], position: int) -> bool:
    """Whether a round bracket is right behind a word that nothing raises."""
    after = tokens[min(position + 1, len(tokens) - 1)]
    raised = tokens[position - 1].text == "^" and tokens[position].text == TURN
    return (after.kind, after.text) == ("open", "(") and not after.space and not raised


def is_bound(tokens: Sequence[Token], position: int) -> bool:
    r"""Whether T is where a sum, a product or an integral ends: ``\sum_{t=1}^T``."""
    mark = position - 1 if position and tokens[position - 1].text == "^" else position - 2
    if tokens[position].text != TURN or mark < 1 or tokens[mark].text != "^":
        return False
    base = tokens[_labelled(tokens, mark) - 1]
    return base.kind == "command" and base.text in {"sum", "prod", "int"}


def _mark(tokens: Sequence[Token], position: int) -> int | None:
    """The place of the ``^`` whose whole exponent, or whose first letter, is at ``position``."""
    if position and tokens[position - 1].text == "^":
        return position - 1
    if _behind_index(tokens, position):
        return position
    if [one.text for one in tokens[max(0, position - 3) : position]] == ["^", "{", "-"]:
        return position - 3 if tokens[position + 1].kind == "close" else None
    braced = position > 1 and tokens[position - 1].text == "{" and tokens[position - 2].text == "^"
    return position - 2 if braced and tokens[position].text == TURN and tokens[position + 1].kind == "close" else None


def _behind_index(tokens: Sequence[Token], position: int) -> bool:
    """Whether T stands behind a raised index in its braces: ``x^{(i)T}``, ``A^{[l-1]T}``."""
    if position < len("^{(i)") or tokens[position].text != TURN or tokens[position + 1].kind != "close":
        return False
    depth = 0
    for place in range(position - 1, 1, -1):
        depth += (tokens[place].kind == "close") - (tokens[place].kind == "open")
        if depth == 0:
            raised = [one.text for one in tokens[place - 2 : place]] == ["^", "{"]
            return raised and tokens[place].text in {"(", "["} and place < position - 1
    return False


def _tells(tokens: Sequence[Token], position: int, beside: bool) -> bool:
    """Whether this T is a transpose by what it stands on; ``beside`` says that there are arrays around."""
    mark = _mark(tokens, position)
    if not mark:
        return False
    if mark == position:
        return True
    base = tokens[_labelled(tokens, mark) - 1]
    after = tokens[position + (2 if tokens[position - 1].text == "{" else 1)]
    follows = len(tokens[position].text) > 1 or after.kind in {"word", "command", "accent"}
    follows = follows or (after.kind == "open" and after.text != "{")
    if base.kind == "number":
        return base.text == "11" or (base.text == "1" and follows)
    if beside and follows and base.kind in {"close", "word"}:
        return True
    if _repeats(tokens, _labelled(tokens, mark), mark):
        return True
    if base.kind == "close" and follows and _of_features(tokens, mark - 1):
        return True
    if base.kind == "close":
        return any(_capital(token, all_letters=True) for token in _inside(tokens, mark - 1))
    if base.kind == "word" and base.text in _PARAMETERS:
        return len(tokens[position].text) > 1 or after.kind in {"word", "command", "accent"}
    if base.kind != "word" or base.font == "command":
        return False
    small = base.text[-1].islower() and base.text[-1] != "e" and base.text[-1].isascii()
    return _capital(base) or (small and len(base.text) <= 2 and follows)


def _repeats(tokens: Sequence[Token], labelled: int, mark: int) -> bool:
    """Whether what ``^`` stands on stands directly before it as well: ``x_i x_i^T``, ``(x - m)(x - m)^T``."""
    start = labelled - 1
    if tokens[start].kind == "close":
        depth = 0
        for place in range(start, -1, -1):
            depth += (tokens[place].kind == "close") - (tokens[place].kind == "open")
            if depth == 0:
                start = place
                break
    while start and tokens[start - 1].kind == "accent":
        start -= 1
    shown = [one.text for one in tokens[start:mark]]
    size = len(shown)
    before = [one.text for one in tokens[max(0, start - size) : start]]
    stop = mark + (4 if tokens[mark + 1].text == "{" else 2)
    if tokens[mark - 1].kind == "close" and [one.text for one in tokens[stop : stop + size]] == shown:
        return True  # `(x - x')^T (x - x')`
    doubled = size == 1 and len(tokens[start].text) > 1 and len(set(tokens[start].text[-2:])) == 1
    return before == shown or (doubled and not tokens[start].font)


def _of_features(tokens: Sequence[Token], closing: int) -> bool:
    r"""Whether the bracket that closes here is the argument of a map of features: ``\phi(x)^T \phi(y)``."""
    depth = 0
    for place in range(closing, 0, -1):
        depth += (tokens[place].kind == "close") - (tokens[place].kind == "open")
        if depth == 0:
            return tokens[place - 1].kind == "word" and tokens[place - 1].text in _FEATURES
    return False


def _labelled(tokens: Sequence[Token], mark: int) -> int:
    """Where the label of what ``^`` at ``mark`` stands on begins, or ``mark`` itself: ``X_{:,j}^T``."""
    if tokens[mark - 1].kind in {"word", "number"} and mark > 1 and tokens[mark - 2].text == "_":
        return mark - 2
    if (tokens[mark - 1].kind, tokens[mark - 1].text) != ("close", "{"):
        return mark
    depth = 0
    for place in range(mark - 1, 0, -1):
        depth += (tokens[place].kind == "close") - (tokens[place].kind == "open")
        if depth == 0:
            return place - 1 if tokens[place - 1].text == "_" else mark
    return mark


def _capital(token: Token, *, all_letters: bool = False) -> bool:
    """Whether a word ends with a capital Latin letter, or has one anywhere: but T does not count."""
    if token.kind != "word" or token.font in {"command", "double", "script"}:
        return False
    letters = token.text if all_letters else token.text[-1]
    return any(letter.isascii() and letter.isupper() and letter != TURN for letter in letters)


def _inside(tokens: Sequence[Token], closing: int) -> Iterator[Token]:
    depth = 0
    for token in reversed(tokens[: closing + 1]):
        depth += (token.kind == "close") - (token.kind == "open")
        if depth == 0:
            return
        yield token
