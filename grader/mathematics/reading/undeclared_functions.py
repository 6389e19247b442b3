r"""Which undeclared names are functions, seen from all texts together: f in ``f(2x)``, ``p_{data}(x)``, ``\hat f(x)``.

A name is a function only if it stands nowhere without a round bracket behind it, and if it is f, g, h, phi or psi,
has several arguments, or has nothing but names in its brackets (or values of functions of names: ``D(G(z))``). One
whose index is bound or raised in brackets, ``f^{(l)}(x)``, is a function of that index too. Everything else before a
bracket is a factor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from grader.mathematics.functions import GREEK, find
from grader.mathematics.kinds import Kind
from grader.mathematics.reading.binding_names import raised_index
from grader.mathematics.reading.calling import CALLS
from grader.mathematics.reading.composites import composite, is_open
from grader.mathematics.reading.index_pairs import fixed_letters
from grader.mathematics.reading.information import information_names, is_information
from grader.mathematics.reading.levels import EXPECTATIONS, VARIANCES
from grader.mathematics.reading.matching import closing
from grader.mathematics.reading.recursive import recursive_function
from grader.mathematics.reading.tokens import Token

FAMILY = Kind("sequence", member=Kind("real"))
ENERGY = "E"
LOGISTIC = "sigma"
NORMAL = "Phi"
CHOICES = "C"
_FACTORIALS = "Gamma"
_CHANCE = "P"
_ERROR = "e"
"""Of several things, this is an error and no number."""
_DENSITY = "p"
"""With a capital below it, this is the density of a random variable."""
_BETA = "B"
_FUNCTIONS = frozenset({"f", "g", "h", "phi", "psi"})
_NEVER = frozenset({"E", "P", "O", "o", "Theta", "Omega", "e", "i"})
"""Letters whose brackets mean something of their own: means, growth."""
_OF_NAMES = frozenset({"N", "U", "T", "B", "V", "D"})
"""Letters that are functions of a small letter or a value of a function, and something of their own otherwise."""
_LAWS = frozenset({"N", "U", "B"})
"""Letters that of several things are a distribution or the beta function."""
_STATES = frozenset("asxz")
_ENTROPIES = frozenset({"H", "I"})
"""Of several things, these are tied to those of fewer."""
_SCRIPTS = frozenset({"'", "''", "_", "{"})
_LABELS = frozenset({"word", "number"})


_OPERATORS = (VARIANCES - {"V"}) | EXPECTATIONS | {"Cov", "cov", "Corr", "corr", "Pr", "std", "Std", "KL"}


class _Use(NamedTuple):
    """One place where a name stands: its base, its index or nothing, its arguments or None without a bracket."""

    base: str
    below: str
    bound_index: bool
    arguments: tuple[tuple[Token, ...], ...] | None
    bound: frozenset[str]


class Functions(NamedTuple):
    """The names that are functions, with their kinds, those of a known function, and the families of functions."""

    kinds: dict[str, Kind]
    known: frozenset[str]
    indexed: frozenset[str]


def undeclared_functions(texts: Sequence[tuple[Sequence[Token], frozenset[str], bool]]) -> Functions:
    r"""The names that are functions.

    ``texts`` are scanned texts, each with the names that it binds and whether it begins with ``f(x) =``. What has
    only bound names in its brackets is a family, whose members these are. The known ones are ``\sigma(...)``, the
    logistic function where no ``\mu`` is near, ``\Phi(...)``, the normal distribution function, and ``C(n, k)``, a
    binomial coefficient. Letters that a sum leaves out and that are free elsewhere are indices.
    """
    uses: list[_Use] = []
    for tokens, bound, defines in texts:
        begin = next((place for place, token in enumerate(tokens) if token.text in {"=", ":="}), 0)
        bare = information_names(tokens) | (set(range(2, begin)) if _is_call(tokens[:begin]) else set())
        begin = begin if defines else 0
        for place, token in enumerate(tokens):
            if token.kind == "word" and place >= begin and place not in bare and not _is_label(tokens, place):
                uses += _uses(tokens, place, bound)
    indexed = {use.base for use in uses if use.bound_index and use.arguments is not None}
    named: dict[str, list[_Use]] = {}
    for use in uses:
        family = use.base in indexed
        named.setdefault(f"{use.base}_{use.below}" if use.below and not family else use.base, []).append(use)
    recursive = {recursive_function(tokens) for tokens, *_ in texts}
    functions: dict[str, Kind] = {}
    known: set[str] = set()
    for name, found in named.items():
        counts = {len(use.arguments) if use.arguments is not None else 0 for use in found}
        if len(counts) != 1 or 0 in counts:
            continue
        count = counts.pop()
        if name in recursive and count == 1:
            functions[name] = Kind("function")
        elif name in (LOGISTIC, NORMAL):
            if count == 1 and (name == NORMAL or not named.keys() & {"mu", "E", "Var"}):
                known.add(name)
        elif name == _FACTORIALS and count == 1:
            known.add(name)
        elif name == CHOICES and count > 1:
            known |= {name} if count == 2 else set()
        elif name == _BETA and count == len("ab"):
            known.add(name)
        elif name in indexed:
            if any(use.below for use in found) and (name[0] in _FUNCTIONS or count > 1 or _all_of_names(found, texts)):
                functions[name] = Kind("function", arity=count + 1)
        else:
            kind = _kind_of(name, found, count, texts)
            functions |= {} if kind is None else {name: kind}
    functions |= dict.fromkeys(fixed_letters([(tokens, bound) for tokens, bound, _ in texts]), Kind("index"))
    return Functions(functions, frozenset(known), frozenset(indexed & functions.keys()))


def _kind_of(
    name: str, found: Sequence[_Use], count: int, texts: Sequence[tuple[Sequence[Token], frozenset[str], bool]]
) -> Kind | None:
    """The kind of a name that has a bracket behind it wherever it stands; None where that is a factor."""
    base = found[0].base
    if is_open(composite(base)) and not _everywhere(base, count, texts):
        return None
    if name == ENERGY and any(is_energy(tokens, place) for tokens, *_ in texts for place in range(len(tokens))):
        return Kind("function", arity=count)
    if name == _CHANCE and all(map(_of_bound_names, found)):
        return FAMILY  # `\sum_x P(x)`
    if name == _ERROR and count > 1:
        return Kind("function", arity=count)
    if (
        name in _NEVER
        or (name in _ENTROPIES and count > 1 and not any(map(_of_shifts, found)))
        or (name == "pi" and count == 1 and not _of_states(found))
    ):
        return None
    if name in _OF_NAMES and (name in _LAWS if count > 1 else not any(map(_of_small_names, found))):
        return None
    if all(map(_of_bound_names, found)):
        return FAMILY
    capital = len(base) == 1 and base.isupper() and any(map(_of_names, found)) and not all(map(_of_names, found))
    capital = capital or (base == _DENSITY and found[0].below[:1].isupper())
    called = base in _FUNCTIONS or is_open(composite(base)) or count > 1 or capital or _all_of_names(found, texts)
    return Kind("function", arity=count) if called else None


def _everywhere(base: str, count: int, texts: Sequence[tuple[Sequence[Token], frozenset[str], bool]]) -> bool:
    """Whether all texts leave out the parameter of LeakyReLU or the like: then it is the same one in each."""
    return count == 1 and all(any(token.text == base for token in tokens) for tokens, *_ in texts)


def _all_of_names(found: Iterable[_Use], texts: Iterable[object]) -> bool:
    return bool(texts) and all(map(_of_names, found))


def _uses(tokens: Sequence[Token], place: int, bound: frozenset[str]) -> Iterator[_Use]:
    """What the letters of one word stand for; of a row of letters, only the last can have a bracket behind it."""
    word = tokens[place].text
    known = find(word) is not None or word in CALLS | _OPERATORS or is_information(tokens, place) is not None
    if known and not (word == ENERGY and is_energy_call(tokens, place)):
        return
    opened = is_open(composite(word))
    if composite(word) and not opened:
        return
    if word == "V" and _is_variance(tokens, place):
        return
    letters = [word] if word in GREEK or tokens[place].font or opened else list(word)
    after, accents = _behind_accents(tokens, place)
    label, after = _labelled(tokens, after)
    raised = not label and raised_index(list(tokens), after, bound)
    shifted = closing(tokens, after + 1) if label == "_" and _is_shift(tokens, after + 1) else 0
    if shifted:
        label, after, raised = "shifted", shifted + 1, True
    elif raised:
        label, after = "raised", closing(tokens, after + 1) + 1
    if label == "_":
        return
    if after >= len(tokens):
        return  # a bracket that is never closed
    while tokens[after].text in {"'", "''"} and tokens[after].kind == "op":
        after += 1
    if (letters[-1] in _FUNCTIONS or letters[-1] == NORMAL) and _number_raised(tokens, after):
        after = closing(tokens, after + 1) + 1  # `f^2(x)` and `f^{-1}(x)`
    called = tokens[after].kind == "open" and tokens[after].text == "("
    if _is_composed(tokens, place) and word in _FUNCTIONS:
        yield _Use(word, "", False, ((tokens[place],),), bound)
        return
    if place and tokens[place - 1].text == "~" and not called:
        return  # the distribution in ``x \sim p``
    for letter in letters[:-1]:
        yield _Use(letter, "", False, None, bound)
    base = "_".join((letters[-1], *accents))
    indexed = raised or (bool(label) and bound.issuperset(label.strip("_")))
    yield _Use(base, label.strip("_"), indexed, _arguments(tokens, after) if called else None, bound)


def is_energy_call(tokens: Sequence[Token], place: int) -> bool:
    """Whether ``E(x)`` or ``E(v, h)`` of small letters stands here."""
    opening, inner = tokens[place + 1], tokens[min(place + 2, len(tokens) - 1)]
    small = inner.kind == "word" and inner.text.islower() and len(inner.text) == 1
    return tokens[place].text == ENERGY and not tokens[place].font and opening.text == "(" and small


def is_energy(tokens: Sequence[Token], place: int) -> bool:
    """Whether such a call is in an exponent, ``e^{-E(x)}`` or ``exp(-E(x))``, or has several arguments: an energy."""
    if tokens[place].kind != "word" or not is_energy_call(tokens, place):
        return False
    before = [one.text for one in tokens[max(0, place - 3) : place]]
    raised = before[-2:] in (["{", "-"], ["(", "-"]) and before[0] in {"^", "exp"}
    inside = tokens[place + 2 : place + 4]
    return raised or (len(inside) > 1 and inside[1].text == ",")


def _is_shift(tokens: Sequence[Token], opening: int) -> bool:
    """Whether ``{t-1}`` stands here: an index and a number added to it."""
    inside = [one.kind for one in tokens[opening : opening + 5]]
    signs = tokens[opening].text == "{" and tokens[opening + 2].text in {"+", "-"}
    return inside == ["open", "word", "op", "number", "close"] and signs


def _is_call(head: Sequence[Token]) -> bool:
    """Whether a left side is a name with one bracket behind it: it names the answer, or a function of the rest."""
    if not head or head[0].kind != "word" or (head[-1].kind, head[-1].text) != ("close", "("):
        return False
    return sum(one.kind == "open" and one.text == "(" for one in head) == 1 and not any(
        one.text in {"+", "-"} for one in head
    )


def _number_raised(tokens: Sequence[Token], mark: int) -> bool:
    """Whether a number, or minus one, is raised here and a bracket follows."""
    if (tokens[mark].kind, tokens[mark].text) != ("op", "^"):
        return False
    stop = closing(tokens, mark + 1)
    inside = [one for one in tokens[mark + 1 : stop + 1] if one.text not in {"{", "-"}]
    following = tokens[stop + 1] if stop + 1 < len(tokens) else tokens[-1]
    return all(one.kind == "number" for one in inside) and following.text == "("


def _behind_accents(tokens: Sequence[Token], place: int) -> tuple[int, tuple[str, ...]]:
    r"""Where ``\hat{f}`` ends, and its accents."""
    braces, start = 0, place - 1
    while start >= 0 and (tokens[start].kind, tokens[start].text) == ("open", "{"):
        if tokens[place + 1 + braces].kind != "close":
            break
        braces, start = braces + 1, start - 1
    accents: list[str] = []
    while start >= 0 and tokens[start].kind == "accent":
        accents.insert(0, tokens[start].text)
        start -= 1
    return (place + 1 + braces, tuple(filter(None, accents))) if accents else (place + 1, ())


def _is_variance(tokens: Sequence[Token], place: int) -> bool:
    """Whether ``V[X]`` or ``V(X)`` of a capital letter stands here."""
    inner = tokens[place + 2]
    return tokens[place + 1].text == "[" or (tokens[place + 1].text == "(" and inner.text[:1].isupper())


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
        if depth == 1 and token.kind == "op" and token.text in {"mid", "newline", ":"}:
            return None
        if depth == 1 and token.kind == "bar":
            return None
        if depth == 1 and token.text in {",", ";"} and token.kind == "op":
            found.append([])
        else:
            found[-1].append(token)
    found[0] = found[0][1:]
    return tuple(map(tuple, found)) if depth == 0 and all(found) else None


def _of_names(use: _Use) -> bool:
    """Whether each argument is one name, with primes, labels and brackets behind it if it has any."""
    return all(map(_is_name, use.arguments or ()))


def _without_accents(argument: Sequence[Token]) -> Sequence[Token]:
    r"""``\hat{x}`` as ``x``."""
    kept, place = list(argument), 0
    while place < len(kept):
        if kept[place].kind != "accent":
            place += 1
            continue
        del kept[place]
        stop = closing(kept, place) if place < len(kept) and kept[place].text == "{" else len(kept)
        if stop < len(kept):
            del kept[stop], kept[place]
    return kept


def _is_name(argument: Sequence[Token]) -> bool:
    depth = names = 0
    argument = _without_accents(argument)
    for place, token in enumerate(argument):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth or token.kind == "close":
            continue
        raised = (
            token.text == "^" and argument[place + 1 : place + 2] and argument[place + 1].text in {"{", "*", "star"}
        )
        below = place > 0 and argument[place - 1].text in {"_", "^"}
        if token.kind == "word":
            names += 1 if not below else 0
            if len(token.text) > 1 and not below and token.text not in GREEK and not token.font:
                return False
        elif not (below or token.text in _SCRIPTS or token.text == "(" or raised):
            return False
    return names == 1


def _of_shifts(use: _Use) -> bool:
    """Whether a sum or a difference stands among the arguments: no variable, of which there is information."""
    return any(one.kind == "op" and one.text in {"+", "-"} for argument in use.arguments or () for one in argument)


def _of_small_names(use: _Use) -> bool:
    """Whether each argument is a name that begins with a small letter, or the value of a function."""
    arguments = use.arguments or ()
    return _of_names(use) and all(
        one[0].text[:1].islower() or any(token.text == "(" for token in one) or one[0].kind == "accent"
        for one in arguments
    )


def _of_states(found: Iterable[_Use]) -> bool:
    """Whether what stands in every bracket begins with a letter for a state or an action."""
    return all(_of_names(use) and all(one[0].text in _STATES for one in use.arguments or ()) for use in found)


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
