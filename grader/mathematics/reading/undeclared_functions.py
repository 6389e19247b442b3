"""Which undeclared letters are functions, seen from all texts together: f in ``f(2x)``, p in sums of ``p(x)``.

A letter is a function only if it stands nowhere without a round bracket behind it, and if it is f, g, h, phi or psi,
has several arguments, or has nothing but single names in its brackets. Everything else before a bracket is a factor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grader.mathematics.functions import GREEK, find
from grader.mathematics.kinds import Kind
from grader.mathematics.reading.calling import CALLS
from grader.mathematics.reading.index_pairs import fixed_letters
from grader.mathematics.reading.levels import EXPECTATIONS, VARIANCES
from grader.mathematics.reading.tokens import Token

FAMILY = Kind("sequence", member=Kind("real"))
LOGISTIC = "sigma"
NORMAL = "Phi"
CHOICES = "C"
_FUNCTIONS = frozenset({"f", "g", "h", "phi", "psi"})
_NEVER = frozenset({"N", "U", "E", "P", "O", "o", "Theta", "Omega", "e", "i", "pi", "d", "T", "B", "V", "D"})
"""Letters whose brackets mean something of their own: distributions, means, growth."""
_ENTROPIES = frozenset({"H", "I"})
"""Of several things, these are tied to those of fewer."""
_SCRIPTS = frozenset({"'", "''", "_", "{"})
_LABELS = frozenset({"word", "number"})


_OPERATORS = VARIANCES | EXPECTATIONS | {"Cov", "cov", "Corr", "corr", "Pr", "std", "Std", "KL"}


class _Use(NamedTuple):
    """One place where a letter stands: its arguments, or None where no bracket is behind it."""

    arguments: tuple[tuple[Token, ...], ...] | None
    bound: frozenset[str]


def undeclared_functions(
    texts: Sequence[tuple[Sequence[Token], frozenset[str], bool]],
) -> tuple[dict[str, Kind], frozenset[str]]:
    r"""The letters that are functions, with their kinds, and those that are a known function.

    ``texts`` are scanned texts, each with the names that it binds and whether it begins with ``f(x) =``. What has
    only bound names in its brackets is a family, whose members these are. The known ones are ``\sigma(...)``, the
    logistic function where no ``\mu`` is near, ``\Phi(...)``, the normal distribution function, and ``C(n, k)``, a
    binomial coefficient. Letters that a sum leaves out and that are free elsewhere are indices.
    """
    uses: dict[str, list[_Use]] = {}
    for tokens, bound, defines in texts:
        begin = next(place for place, token in enumerate(tokens) if token.text in {"=", ":="}) if defines else 0
        for place, token in enumerate(tokens):
            if token.kind == "word" and place >= begin and not _is_label(tokens, place):
                for name, use in _uses(tokens, place, bound):
                    uses.setdefault(name, []).append(use)
    functions: dict[str, Kind] = {}
    known: set[str] = set()
    for name, found in uses.items():
        counts = {len(use.arguments) if use.arguments is not None else 0 for use in found}
        if len(counts) != 1 or 0 in counts:
            continue
        count = counts.pop()
        if name in (LOGISTIC, NORMAL):
            if count == 1 and (name == NORMAL or not uses.keys() & {"mu", "E", "Var"}):
                known.add(name)
        elif name == CHOICES:
            known |= {name} if count == 2 else set()
        elif name in _NEVER or (name in _ENTROPIES and count > 1):
            continue
        elif all(map(_of_bound_names, found)):
            functions[name] = FAMILY
        elif name.partition("_")[0] in _FUNCTIONS or count > 1 or ("_" not in name and all(map(_of_names, found))):
            functions[name] = Kind("function", arity=count)
    functions |= dict.fromkeys(fixed_letters([(tokens, bound) for tokens, bound, _ in texts]), Kind("index"))
    return functions, frozenset(known)


def _uses(tokens: Sequence[Token], place: int, bound: frozenset[str]) -> Iterator[tuple[str, _Use]]:
    """What the letters of one word stand for; of a row of letters, only the last can have a bracket behind it."""
    word = tokens[place].text
    if find(word) is not None or word in CALLS | _OPERATORS:
        return
    letters = [word] if word in GREEK or tokens[place].font else list(word)
    label, after = _labelled(tokens, place + 1)
    if label == "_":
        return
    while tokens[after].text in {"'", "''"} and tokens[after].kind == "op":
        after += 1
    called = tokens[after].kind == "open" and tokens[after].text == "("
    if _is_composed(tokens, place) and word in _FUNCTIONS:
        yield word, _Use(((tokens[place],),), bound)
        return
    for letter in letters[:-1]:
        yield letter, _Use(None, bound)
    yield letters[-1] + label, _Use(_arguments(tokens, after) if called else None, bound)


def _is_composed(tokens: Sequence[Token], place: int) -> bool:
    r"""Whether a word stands before ``\circ``, or behind it and before the bracket that closes ``(f \circ g)``."""
    before = tokens[place - 1] if place else tokens[-1]
    after = tokens[place + 1]
    if after.kind == "op" and after.text == "circ":
        return tokens[place + 2].kind == "word"
    return before.kind == "op" and before.text == "circ" and after.kind == "close"


def _is_label(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word is a label below another name."""
    before = tokens[place - 1].text if place else ""
    return before == "_" or (before == "{" and place > 1 and tokens[place - 2].text == "_")


def _arguments(tokens: Sequence[Token], opening: int) -> tuple[tuple[Token, ...], ...] | None:
    """What stands between the commas of a bracket; None where it is no list of arguments."""
    found: list[list[Token]] = [[]]
    depth = 0
    for token in tokens[opening:]:
        depth += (token.kind == "open") - (token.kind == "close")
        if depth == 0:
            break
        if depth == 1 and token.kind == "op" and token.text in {";", "mid", "newline", ":"}:
            return None
        if depth == 1 and token.kind == "bar":
            return None
        if depth == 1 and token.text == "," and token.kind == "op":
            found.append([])
        else:
            found[-1].append(token)
    found[0] = found[0][1:]
    return tuple(map(tuple, found)) if depth == 0 and all(found) else None


def _of_names(use: _Use) -> bool:
    """Whether each argument is one name, with primes and labels if it has any."""
    return all(
        one[0].kind == "word" and all(token.text in _SCRIPTS or token.kind in _LABELS for token in one[1:])
        for one in use.arguments or ()
    )


def _of_bound_names(use: _Use) -> bool:
    """Whether each argument is a name that the text binds."""
    return all(len(one) == 1 and one[0].text in use.bound for one in use.arguments or ())


def _labelled(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """The label below a name, as part of the name, and where it ends."""
    if tokens[place].text != "_" or tokens[place].kind != "op":
        return "", place
    if tokens[place + 1].kind in _LABELS:
        return f"_{tokens[place + 1].text}", place + 2
    stop, label = place + 2, ""
    while tokens[place + 1].text == "{" and tokens[stop].kind in _LABELS:
        label += tokens[stop].text
        stop += 1
    return (f"_{label}", stop + 1) if label and tokens[stop].kind == "close" else ("_", place)
