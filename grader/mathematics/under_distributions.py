r"""Means, divergences and integrals under distributions as sums over the values of what is drawn.

``\mathbb E_{q(z|x)}[f(z)]``, ``\int q(z|x) f(z)\,dz`` and ``\sum_z q(z|x) f(z)`` are one thing where every variable
takes finitely many values, and ``KL(q(z|x) \| p(z))`` is such a sum too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration
from grader.mathematics.structure import infinite_sign
from grader.mathematics.substituting import mapped, names_in
from grader.mathematics.tree import (
    Apply,
    Divide,
    Expectation,
    Fold,
    Indexed,
    Integral,
    Logic,
    Multiply,
    Negate,
    Node,
    Probability,
    Symbol,
    children,
)

BASES = frozenset({"p", "q", "pi", "P", "Q"})
"""Letters of functions that add up to one over their first argument."""

VARIABLES = frozenset({"x", "y", "z"})
"""Letters that a mean without any function of a variable is over, where one of them occurs."""

MODEL = "p"
GIVEN = "given"
DIVERGENCES = frozenset({"kl", "cross_entropy", "entropy"})
ANY = "cdot"
"""What stands in the place of the variable that is drawn, as in ``a \\sim \\pi(\\cdot \\mid s)``."""
PRIME = "_prime"
_DRAWN = re.compile(r"(?P<name>\w+)(\((?P<of>[\w,|']+)\))?")


def is_distribution(name: str) -> bool:
    r"""Whether a function's name is that of a distribution: ``q``, ``p_theta``, ``pi_given``."""
    return name.partition("_")[0] in BASES


def as_sums(sides: Sequence[Node], declaration: Declaration) -> list[Node]:
    """Both sides with what is under a distribution as sums, and all densities of one model as its probabilities."""
    values = {name: one for side in sides for name, one in _densities(side)}
    found = [_with_sums(side, declaration, values) for side in sides]
    label = _model_of(found)
    return found if label is None else [_with_probabilities(side, label) for side in found]


def is_under_distribution(node: Node) -> bool:
    """Whether a mean under a distribution occurs, or an integral over all values of what has one."""
    for part in _all(node):
        if isinstance(part, Integral) and _is_everywhere(part) and _speaks_of(part.body, part.variable):
            return True
        if isinstance(part, Expectation) and part.over is not None and is_distribution(part.over):
            return True
    return False


def is_over_nothing(node: Node) -> bool:
    """Whether there is a mean under something that does not say what is drawn: its rules are not known here."""
    return any(
        isinstance(part, Expectation) and part.over is not None and part.over not in names_in(part.body)
        for part in _all(node)
    )


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _all(child)


def _densities(node: Node) -> Iterator[tuple[str, Node]]:
    """Values of distributions that occur, by the letter and its label."""
    for part in _all(node):
        if isinstance(part, Apply) and type(part) is Apply and is_distribution(part.function):
            yield part.function.removesuffix(GIVEN).rstrip("_"), part
        elif isinstance(part, Indexed) and is_distribution(part.name):
            yield part.name, Apply(part.name, part.indices)


def _with_sums(node: Node, declaration: Declaration, values: Mapping[str, Node]) -> Node:
    inner = mapped(node, lambda child: _with_sums(child, declaration, values))
    match inner:
        case Apply(function="mean_under", arguments=(body, *drawn)):
            return _mean(body, drawn, declaration, values) or inner
        case Expectation(body=body, given=None, over=str() as name) if is_distribution(name):
            value = values.get(name) or _of_the_one_variable(name, body)
            index = _drawn(value)
            return Fold("sum", Multiply((value, body)), index) if value is not None and index else inner
        case Apply(function=name, arguments=arguments) if name in DIVERGENCES:
            return _divergence(name, arguments) or inner
        case Integral(variable=index, body=body) if _is_everywhere(inner) and _speaks_of(body, index):
            return Fold("sum", body, index)
        case _:
            return inner


def _of_the_one_variable(name: str, body: Node) -> Node | None:
    """The value of a distribution at the one variable that functions in a formula are of; None where there are more."""
    applied = [part for part in _all(body) if isinstance(part, Apply) and part.function not in known()]
    found = {one for part in applied for one in part.arguments}
    found |= {one for part in _all(body) if isinstance(part, Probability) for one in children(part)}
    found = found or {part for part in _all(body) if isinstance(part, Symbol) and part.name in VARIABLES}
    return Apply(name, tuple(found)) if len(found) == 1 and isinstance(next(iter(found)), Symbol) else None


def _mean(body: Node, drawn: Sequence[Node], declaration: Declaration, values: Mapping[str, Node]) -> Node | None:
    """A mean as a sum over each variable in turn; None where what it is drawn from is no such distribution."""
    for variable, source in zip(drawn[-2::-2], drawn[::-2], strict=True):
        found = _DRAWN.fullmatch(source.name) if isinstance(source, Symbol) else None
        if found is None or not isinstance(variable, Symbol) or not is_distribution(found["name"]):
            return None
        names = _named(found["of"] or variable.name, variable)
        if names[0] != variable:
            return None
        same = values.get(found["name"].removesuffix(GIVEN).rstrip("_"))
        if isinstance(same, Apply) and same.function == found["name"]:
            names = (*names, *same.arguments[len(names) :])  # such as the parameters it is differentiated by
        value: Node = Apply(found["name"], names)
        told = values.get(found["name"])
        if not found["of"] and isinstance(told, Apply) and told.arguments[0] == variable:
            value = told
        elif "|" in (found["of"] or "") or (
            found["name"].rpartition("_")[0] == MODEL and found["name"] not in declaration.symbols
        ):
            value = Probability(names[0], _together(names[1:]))
        elif found["name"] == MODEL and MODEL not in declaration.symbols:
            value = Probability(names[0])
        body = Fold("sum", Multiply((value, body)), variable.name)
    return body


def _named(words: str, variable: Symbol) -> tuple[Node, ...]:
    """The names in the bracket of a distribution; a dot there is the variable that is drawn."""
    shown = (word.replace("'", PRIME) for word in re.split("[,|]", words))
    return tuple(variable if word == ANY else Symbol(word) for word in shown)


def _together(names: Sequence[Node]) -> Node | None:
    return None if not names else names[0] if len(names) == 1 else Logic("and", tuple(names))


def _divergence(name: str, arguments: Sequence[Node]) -> Node | None:
    """A divergence or an entropy of distributions that are given by their values; None of anything else."""
    index = _drawn(arguments[0])
    if not index or any(_drawn(one) != index for one in arguments):
        return None
    first, last = arguments[0], arguments[-1]
    inside = Divide(first, last) if name == "kl" else last
    whole = Fold("sum", Multiply((first, Apply("log", (inside,)))), index)
    return whole if name == "kl" else Negate(whole)


def _drawn(value: Node | None) -> str:
    """The variable that a value of a distribution is of; empty where there is none."""
    match value:
        case Apply(function=name, arguments=(Symbol(name=index), *_)) if type(value) is Apply and is_distribution(name):
            return index
        case Probability(event=Symbol(name=index)):
            return index
        case _:
            return ""


def _is_everywhere(node: Integral) -> bool:
    """Whether an integral has no bounds, or goes from minus infinity to infinity."""
    if node.lower is None or node.upper is None:
        return node.lower is node.upper
    return infinite_sign(node.lower) < 0 < infinite_sign(node.upper)


def _speaks_of(node: Node, index: str) -> bool:
    """Whether a distribution of a variable occurs."""
    for part in _all(node):
        names = {one.name for one in _all(part) if isinstance(one, Symbol)} if isinstance(part, Probability) else set()
        if index in names or _drawn(part) == index:
            return True
    return False


def _model_of(sides: Sequence[Node]) -> str | None:
    """The one function p, with its label, of which joint or conditional values occur beside others; else None."""
    labels: dict[str, set[tuple[str, ...]]] = {}
    for part in (part for side in sides for part in _all(side)):
        if isinstance(part, Apply) and type(part) is Apply and _letter(part.function) == MODEL:
            names = tuple(one.name for one in part.arguments if isinstance(one, Symbol))
            if len(names) < len(part.arguments):
                return None
            kind = (GIVEN if part.function.endswith(GIVEN) else "", *names)
            labels.setdefault(part.function.removesuffix(GIVEN).rstrip("_"), set()).add(kind)
    plain = {
        _together_names(part) for side in sides for part in _all(side) if isinstance(part, Probability)
    } | labels.pop(MODEL, set())
    if len(labels) != 1:
        return MODEL if not labels and len(plain) > 1 else None
    ((label, kinds),) = labels.items()
    return label if len(kinds | plain) > 1 and not kinds & plain else None


def _together_names(node: Probability) -> tuple[str, ...]:
    parts = [one.name for one in _all(node) if isinstance(one, Symbol)]
    return (GIVEN if node.given is not None else "", *parts)


def _letter(name: str) -> str:
    return name.partition("_")[0]


def _with_probabilities(node: Node, label: str) -> Node:
    """The formula with each value of the model's density as a probability."""
    inner = mapped(node, lambda child: _with_probabilities(child, label))
    if not (isinstance(inner, Apply) and type(inner) is Apply and _letter(inner.function) == MODEL):
        return inner
    if inner.function.removesuffix(GIVEN).rstrip("_") not in (label, MODEL):
        return inner
    if inner.function.endswith(GIVEN):
        return Probability(inner.arguments[0], _together(inner.arguments[1:]))
    whole = _together(inner.arguments)
    return Probability(whole) if whole is not None else inner
