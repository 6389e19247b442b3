"""Which names an undeclared formula binds, and what stands below or raised behind a name: a label or an index."""

from __future__ import annotations

from itertools import pairwise

from grader.mathematics.functions import GREEK
from grader.mathematics.reading.names import joined_label
from grader.mathematics.reading.tokens import Token

SUCH_THAT = "such that"
"""What stands between an index and the condition on it, as the colon does in ``i: y_i = k``."""

PAIRED = frozenset("ijklmpq")
"""Letters that a sum over pairs may have as its second index."""
_FOLDS = frozenset({"Sum", "Product", "sum", "prod", "product", "summation", "Integral", "integrate"})


def bound_names(tokens: list[Token]) -> frozenset[str]:
    """Every name that something in the text binds."""
    found: set[str] = set()
    folds = any(token.kind == "word" and token.text in _FOLDS for token in tokens)
    for position, token in enumerate(tokens[:-2]):
        following = tokens[position + 1 : position + 4]
        words = [one.text for one in following]
        operator = (token.kind == "command" and token.text in {"sum", "prod", "lim"}) or (
            token.kind == "word" and token.text in {"max", "min", "argmax", "argmin", "sum", "prod"}
        )
        spelled = token.kind == "word" and token.text in {"Sigma", "Pi"} and following[1].text == "{"
        operator = operator or (spelled and position + 4 < len(tokens) and tokens[position + 4].text in {"=", "in"})
        if operator and words[0] == "_":
            found |= _below(tokens, position + 2)
        elif token.kind == "op" and token.text == "for" and following[0].kind == "word" and words[1] == "in":
            found.add(words[0])
        elif folds and token.text == "," and (following[0].kind, words[0]) == ("open", "(") and len(words) == 3:
            if following[1].kind == "word" and words[2] == ",":
                found.add(words[1])
        elif (
            token.kind == "open"
            and token.text == "("
            and position
            and tokens[position - 1].text in {"sum", "prod", "limit"}
        ):
            found |= _flat_bound(tokens, position)
    return frozenset(found)


def _below(tokens: list[Token], position: int) -> set[str]:
    if tokens[position].kind != "open":
        word = tokens[position].text
        return {word if word in GREEK else word[:1]} if tokens[position].kind == "word" else set()
    found: set[str] = set()
    depth = 0
    from_number = drawn = False
    while tokens[position].kind != "end":
        token = tokens[position]
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            break
        after = tokens[position + 1]
        if token.text == SUCH_THAT:
            break  # what follows is a condition on what is bound
        drawn = (drawn or token.text == "in") and not (depth == 1 and token.text == ",")
        if drawn and depth > 1:
            position += 1
            continue  # the argument of a set, u of `v in N(u)`
        if token.kind == "number" and tokens[position - 1].text in {"{", ","} and after.text in {"<", "<="}:
            from_number = True
        if token.text == ",":
            from_number = False
        ends = from_number and tokens[position - 1].text in {"<", "<="} and (after.kind == "close" or after.text == ",")
        if ends or _is_bound_of_one(tokens, position):
            position += 1
            continue  # the bound of `1 <= i <= n`, or of `j < t`
        named = after.text in {"=", "in", ",", "->", "<", "<=", ">=", ">", "!=", SUCH_THAT} or after.kind == "close"
        if token.kind == "word" and not drawn and named:
            before = tokens[position - 1]
            if before.text not in {"=", "in", "->", "_"}:
                found.add(token.text)
        position += 1
    return found


def _is_bound_of_one(tokens: list[Token], position: int) -> bool:
    """Whether t of ``{s < t}`` stands here, which is no pair of indices such as ``{i < j}``."""
    opening, first, sign, second, closing = tokens[position - 3 : position + 2] if position > 2 else tokens[:5]
    shape = (opening.text, first.kind, sign.text in {"<", "<=", ">", ">="}, second.kind, closing.kind)
    return shape == ("{", "word", True, "word", "close") and not (
        sign.text in {"<", "<="} and first.text < second.text and second.text in PAIRED
    )


def _flat_bound(tokens: list[Token], position: int) -> set[str]:
    depth = 0
    while tokens[position].kind != "end":
        token = tokens[position]
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            break
        if (
            depth == 1
            and token.text == ","
            and tokens[position + 1].kind == "word"
            and tokens[position + 2].text in {",", "="}
        ):
            return {tokens[position + 1].text}
        position += 1
    return set()


def label_behind(tokens: list[Token], position: int, bound: frozenset[str]) -> tuple[str, int, bool]:
    """The label below a name, where it ends, and whether it is an index of a family instead."""
    after = tokens[position + 1]
    if after.kind == "open" and after.text == "[" and not after.space and _is_index(tokens, position + 1, bound):
        return "", position + 1, True
    if after.text == "^" and raised_index(tokens, position + 1, bound):
        return "", position + 1, True
    part = position > 0 and tokens[position - 1].kind == "command" and tokens[position - 1].text in {"frac", "binom"}
    if after.kind == "number" and not after.space and after.text.isdigit() and not part:
        return after.text, position + 2, False
    if after.kind != "op" or after.text != "_" or after.space:
        return "", position + 1, False
    first = tokens[position + 2]
    if first.kind in {"word", "number"}:
        if first.text in bound or (
            first.kind == "word" and first.text[:1] in bound and len(first.text) > 1 and first.font == ""
        ):
            return "", position + 1, True
        text = first.text
        return text, position + 3, False
    if first.kind != "open":
        return "", position + 1, False
    if _binds(tokens, position + 2, bound):
        return "", position + 1, True
    label: list[str] = []
    place = position + 3
    while tokens[place].kind in {"word", "number"} or tokens[place].text == ",":
        label.append(tokens[place].text)
        place += 1
    return (
        (joined_label("".join(label)), place + 1, False) if tokens[place].kind == "close" else ("", position + 1, True)
    )


def _is_index(tokens: list[Token], opening: int, bound: frozenset[str]) -> bool:
    """Whether a square bracket holds indices: names and numbers, shifted by numbers, with commas between.

    An index is shifted by another name, ``x[n - k]``, only beside a member of which it is the whole, ``h[k]``.
    """
    place, words = opening + 1, 0
    signs = {"+", "-"} if _is_shifted(tokens, opening, bound) else set[str]()
    while tokens[place].kind != "close":
        token = tokens[place]
        if token.kind == "op" and token.text in {",", *signs}:
            words = 0
        elif token.kind == "word":
            words += 1
        elif not (token.kind == "number" or (token.kind == "op" and token.text in {"+", "-", ":", "_", "*"})):
            return False
        if words > 1:
            return False
        place += 1
    return True


def _is_shifted(tokens: list[Token], opening: int, bound: frozenset[str]) -> bool:
    """Whether a bound index stands in a square bracket here, and alone in one behind another name."""
    inside: set[str] = set()
    place = opening + 1
    while tokens[place].kind not in {"close", "end"}:
        inside |= {tokens[place].text} & bound
        place += 1
    alone: set[str] = set()
    for at, (name, bracket) in enumerate(pairwise(tokens)):
        if (name.kind, bracket.kind, bracket.text) == ("word", "open", "[") and not bracket.space:
            alone |= _listed(tokens, at + 2)
    return bool(inside & alone)


def _listed(tokens: list[Token], place: int) -> set[str]:
    """The names up to the end of a bracket, if there is nothing else in it than commas between them."""
    found: set[str] = set()
    while tokens[place].kind == "word" and (tokens[place + 1].kind == "close" or tokens[place + 1].text == ","):
        found.add(tokens[place].text)
        if tokens[place + 1].kind == "close":
            return found
        place += 2
    return set()


def raised_index(tokens: list[Token], position: int, bound: frozenset[str]) -> bool:
    """Whether ``^{(...)}`` at ``position`` holds an index: one letter or number, or a letter that is one elsewhere.

    Without braces, ``r^(n)`` is how plain text writes a power.
    """
    if position + 2 >= len(tokens):
        return False
    braced = tokens[position + 1].text == "{"
    place = position + (2 if braced else 1)
    if not braced and tokens[place].text == "(":
        return False
    if tokens[position].text != "^" or tokens[place].text not in {"(", "["} or tokens[place].kind != "open":
        return False
    single = tokens[min(place + 2, len(tokens) - 1)].kind == "close" and tokens[place + 1].kind in {"word", "number"}
    return single or _lists_indices(tokens, place) or _binds(tokens, position + 1, bound | _raised(tokens))


def _lists_indices(tokens: list[Token], place: int) -> bool:
    """Whether the bracket that opens here holds names with commas between, ``(t, s')``: no power is so written."""
    commas = 0
    for token in tokens[place + 1 :]:
        if token.kind == "close":
            return commas > 0
        if token.kind not in {"word", "number"} and token.text not in {",", "'", "+", "-"}:
            return False
        commas += token.text == ","
    return False


def _raised(tokens: list[Token]) -> frozenset[str]:
    """Letters that stand alone in ``^{(l)}`` somewhere."""
    found: set[str] = set()
    for position, token in enumerate(tokens[:-4]):
        place = position + (2 if tokens[position + 1].text == "{" else 1)
        alone = (
            tokens[place].text in {"(", "["} and tokens[place + 1].kind == "word" and tokens[place + 2].kind == "close"
        )
        if token.text == "^" and alone:
            found.add(tokens[place + 1].text)
    return frozenset(found)


def _binds(tokens: list[Token], position: int, bound: frozenset[str]) -> bool:
    depth = 0
    while tokens[position].kind != "end":
        token = tokens[position]
        depth += (token.kind == "open") - (token.kind == "close")
        if token.kind == "word" and (token.text in bound or any(letter in bound for letter in token.text)):
            return True
        if depth == 0:
            return False
        position += 1
    return False


def sliced(tokens: list[Token], position: int) -> bool:
    r"""Whether ``_{:,j}``, ``_{i\cdot}`` or ``[:, j]`` stands here: what it stands on is a matrix."""
    place = position + (2 if tokens[position].text == "_" else 1)
    opening = tokens[place - 1]
    if opening.kind != "open" or opening.text not in {"{", "["}:
        return False
    first = tokens[place]
    depth, stop = 1, place
    while depth and tokens[stop].kind != "end":
        depth += (tokens[stop].kind == "open") - (tokens[stop].kind == "close")
        stop += 1
    last = tokens[stop - 2]
    several = stop - place > 2
    return several and any(one.kind == "op" and one.text in {":", "cdot"} for one in (first, last))


def primed_call(tokens: list[Token], position: int) -> bool:
    """Whether primes stand here, and a bracket behind them."""
    place = position
    while tokens[place].kind == "op" and tokens[place].text in {"'", "''"}:
        place += 1
    return place > position and tokens[place].kind == "open"


def starred(tokens: list[Token], position: int) -> bool:
    """Whether a star is raised behind a name, which is no power: ``w^*``."""
    after, star, closing = (tokens[min(position + i, len(tokens) - 1)] for i in (1, 2, 3))
    if after.text != "^":
        return False
    if star.text == "{":
        star, closing = closing, tokens[min(position + 4, len(tokens) - 1)]
        return star.kind == "op" and star.text in {"*", "star"} and closing.kind == "close"
    return star.kind == "op" and (star.text == "star" or (star.text == "*" and closing.kind not in {"word", "number"}))


def primes_behind(tokens: list[Token], place: int) -> str:
    """What the primes at a place add to the name before them, ``_prime_prime``; nothing where a bracket follows."""
    count = 0
    while tokens[place].kind == "op" and tokens[place].text in {"'", "''"}:
        count += len(tokens[place].text)
        place += 1
    return "_prime" * count if tokens[place].kind != "open" else ""


def takes_a_mean(tokens: list[Token], below: int) -> bool:
    """Whether E is an expectation by what is below it and behind: a square bracket, or a distribution."""
    stop, depth = below, 0
    while tokens[stop].kind != "end":
        depth += (tokens[stop].kind == "open") - (tokens[stop].kind == "close")
        stop += 1
        if depth == 0:
            break
    drawn = any(token.text == "~" for token in tokens[below:stop])
    return tokens[stop].text == "[" or (drawn and tokens[stop].kind == "open")


def bounds_follow(tokens: list[Token], position: int) -> bool:
    """Whether ``{i=1}`` stands here, as below a sum."""
    return tokens[position].text == "{" and tokens[position + 2].text in {"=", "in"}
