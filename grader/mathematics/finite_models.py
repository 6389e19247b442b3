r"""Probabilities, entropies and unknown functions over sets of which nothing is said, in random finite models.

In ``\sum_a \pi(a \mid s) Q(s, a)`` nothing says what a runs over, and what ``H(X)`` is follows from a distribution that
nobody gave. Here every variable takes finitely many values, an unknown function has a random value for each of them,
and all probabilities and entropies come from one random joint distribution: they obey every law of probability. A model
in which two formulas differ proves that they do, as long as both speak of the same variables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.mathematics.array_signs import turned_members
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.outcomes import JOINT, Chance, Entropies, Joint, Over, Tabled
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import (
    Apply,
    Covariance,
    Derivative,
    Divide,
    Expectation,
    Fold,
    Gradient,
    Indexed,
    Integral,
    Limit,
    Logic,
    Multiply,
    Negate,
    Node,
    Number,
    Probability,
    Relation,
    Symbol,
    Tuple,
    Variance,
    children,
)
from grader.mathematics.under_distributions import as_sums, is_distribution

PRIME = "_prime"


@dataclass(frozen=True)
class ValueOf(Symbol):
    """A name in a probability that is a value of a variable: z in ``P(Z = z)``, or x for X in ``P(Y = y | X)``."""

    variable: str = ""


TWO = Number(Fraction(2))
BASE = "the base of a logarithm may be meant in another way"
MOST = 4
"""No joint distribution of more variables is drawn."""

OF_VARIABLES = {
    "entropy": "H",
    "joint_entropy": "H",
    "conditional_entropy": "H|",
    "mutual_information": "I",
    "conditional_mutual_information": "I|",
}
OF_DISTRIBUTIONS = frozenset({"kl", "cross_entropy", "entropy"})
INFORMATION = frozenset({*OF_VARIABLES, *OF_DISTRIBUTIONS, "js"})

REAL = Kind("real")
POSITIVE = Kind("sequence", member=Kind("positive"))
TABLE = Kind("sequence", member=REAL)


@dataclass(frozen=True)
class Modelled:
    """Both sides in a finite model; ``doubt`` says why a difference there proves nothing, empty where it does."""

    student: Node
    reference: Node
    declaration: Declaration
    doubt: str = ""


def modelled(student: Node, reference: Node, declaration: Declaration, *, bits: bool = False) -> Modelled | None:
    """Both sides with their probabilities, entropies and functions over unknown sets from a random finite model.

    None where nothing of the kind occurs, or the symbols were declared. ``bits`` says that entropies are counted in
    bits.
    """
    if declaration.conventions is None:
        return None
    student, reference = _unnamed(student, reference), _unnamed(reference, student)
    vectors = frozenset(name for side in (student, reference) for name in turned_members(side, soft=False))
    sides = as_sums([_with_densities(side, vectors) for side in (student, reference)], declaration)
    if any(_is_value(one) for side in sides for one in _all(side)):
        if any(isinstance(one, Expectation | Variance | Covariance) for side in sides for one in _all(side)):
            return None
        sides = [_with_values(side) for side in sides]
    indices = [frozenset(_unbounded(side)) for side in sides]
    parts = [list(_all(side)) for side in sides]
    quantities = [{repr(one) for one in many if _is_information(one)} for many in parts]
    if not any(indices) and not any(quantities):
        return None
    capitals = {name.lower() for many in parts for one in many for name in _capitals(one)}
    found = _Model(frozenset().union(*indices), frozenset(capitals), sides)
    if len(found.joint.variables) > MOST:
        return None
    found.bits = bits
    given, wanted = (found.rewritten(side) for side in sides)
    if (given, wanted) == (student, reference):
        return None
    symbols = {**declaration.symbols, JOINT: POSITIVE} | dict.fromkeys(found.tables, TABLE)
    symbols |= dict.fromkeys(found.distributions, POSITIVE)
    doubt = found.doubt(quantities)
    return Modelled(given, wanted, replace(declaration, symbols=symbols), doubt)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _all(child)


def _is_information(node: Node) -> bool:
    return isinstance(node, Apply) and node.function in INFORMATION


def _capitals(node: Node) -> Iterator[str]:
    """The random variables of an entropy or a mutual information."""
    if isinstance(node, Apply) and node.function in OF_VARIABLES:
        names = [one.name for one in _flat(node.arguments) if isinstance(one, Symbol)]
        if len(names) == len(list(_flat(node.arguments))) and all(name[0].isupper() for name in names):
            yield from names


def _flat(many: Sequence[Node]) -> Iterator[Node]:
    for one in many:
        if isinstance(one, Tuple):
            yield from _flat(one.elements)
        elif isinstance(one, Logic) and one.operator == "and":
            yield from _flat(one.operands)
        else:
            yield one


def _unbounded(node: Node) -> Iterator[str]:
    """Indices of big operators of which nothing says what they run over."""
    if isinstance(node, Fold) and (node.lower, node.upper, node.domain) == (None, None, None):
        yield node.index
    for child in children(node):
        yield from _unbounded(child)


def _with_densities(node: Node, vectors: frozenset[str], bound: frozenset[str] = frozenset()) -> Node:
    """The formula with each member ``p[x]`` that a sum over x picks as the function's value ``p(x)``."""
    if isinstance(node, Fold) and node.lower is None:
        bound |= {node.index}
    match node:
        case Indexed(name=name, indices=(Symbol(name=index),)) if (
            is_distribution(name) and index in bound and name not in vectors
        ):
            return Apply(name, node.indices)
        case _:
            return mapped(node, lambda child: _with_densities(child, vectors, bound))


def _unnamed(node: Node, other: Node) -> Node:
    r"""What stands behind the probability that names it, ``P(Y \mid do(X)) = ...``, beside a formula without a name."""
    match node:
        case Relation(operators=("=",), operands=(Probability(), answer)) if not isinstance(other, Relation):
            return answer
        case _:
            return node


def _is_value(node: Node) -> bool:
    """Whether a probability speaks of ``Z = z``."""
    return isinstance(node, Probability) and any(isinstance(one, Relation) for one in _all(node))


def _with_values(node: Node, within: bool = False) -> Node:
    """The formula with ``Z = z`` in a probability as z, a value of Z, and a capital alone there as a value as well."""
    match node:
        case Relation(operators=("=",), operands=(Symbol(name=variable), Symbol(name=value))) if within:
            return ValueOf(value, variable.lower())
        case Symbol(name=name) if within and name[0].isupper():
            return ValueOf(name.lower(), name.lower())
        case _:
            inside = within or isinstance(node, Probability)
            return mapped(node, lambda child: _with_values(child, inside))


def _values_of_actions(sides: Sequence[Node]) -> set[str]:
    """Functions Q of a state and an action, which are values and no distributions."""
    applied = [part for side in sides for part in _all(side) if isinstance(part, Apply) and len(part.arguments) > 1]
    return {part.function for part in applied if re.fullmatch("Q(?!_given)(_.*)?", part.function)}


class _Model:
    """What is random in a model of both sides: the variables of the joint distribution, tables, and distributions."""

    def __init__(self, indices: frozenset[str], capitals: frozenset[str], sides: Sequence[Node]) -> None:
        self.indices = indices
        self.bits = False
        self.capitals = capitals
        self.sides = sides
        events = [[one for one in _all(side) if isinstance(one, Probability)] for side in sides]
        self.distinct = _told_apart([_names_of(one) for many in events for one in many])
        own = [{self.base(name) for one in many for name in _symbols_of(one)} for many in events]
        values = [[name for one in many for name in _symbols_of(one)] for many in events]
        summed = [{self.base(one) for one in many if one.name in indices} for many in values]
        self.same_variables = not (summed[0] - own[1] and summed[1] - own[0])
        bound = any(set(_names_of(one)) & indices for many in events for one in many)
        self.chances = (bound or bool(capitals)) and all(_is_plain(one) for many in events for one in many)
        names = sorted({*capitals, *(name for many in own for name in many)}) if self.chances else sorted(capitals)
        self.joint = Joint(tuple(names))
        blocked = {name for side in sides for name in _smooth(side)}
        self.tables = {name for side in sides for name in _opaque(side, indices)} - blocked
        named = [part for side in sides for part in _all(side) if _is_of_distributions(part)]
        bare = {one.name for part in named for one in children(part) if isinstance(one, Symbol)}
        self.distributions = {name for name in bare if is_distribution(name) or name[0].islower()}
        self.distributions |= set(filter(is_distribution, self.tables)) - _values_of_actions(sides)

    def base(self, value: Symbol) -> str:
        """The variable of which a name is a value: x' is another value of x, unless both stand in one probability."""
        if isinstance(value, ValueOf):
            return value.variable
        return value.name if value.name in self.distinct else value.name.removesuffix(PRIME)

    def doubt(self, quantities: Sequence[set[str]]) -> str:
        """Why a difference may be none: quantities of one side only, opaque ones, other variables."""
        logs = any(isinstance(one, Apply) and one.function == "log" for side in self.sides for one in _all(side))
        if any(quantities) and (not all(quantities) or logs):
            return BASE
        if any(_is_information(one) and self.information(one) is None for side in self.sides for one in _all(side)):
            return "what a quantity of information is of may be tied to the rest"
        return "" if self.same_variables else "the two speak of different variables"

    def rewritten(self, node: Node) -> Node:
        """A side in the model."""
        if isinstance(node, Apply) and node.function in INFORMATION:
            found = self.information(node)
            return node if found is None else Divide(found, Apply("log", (TWO,))) if self.bits else found
        inner = mapped(node, self.rewritten)
        match inner:
            case Probability() if self.chances:
                return self.chance(inner)
            case Apply(function=name, arguments=arguments) if name in self.distributions and type(inner) is Apply:
                return self.mass(name, arguments)
            case Apply(function=name, arguments=arguments) if name in self.tables and type(inner) is Apply:
                return Tabled(name, arguments)
            case _:
                return inner

    def mass(self, name: str, arguments: tuple[Node, ...]) -> Node:
        """A value of a function that adds up to one over its first argument, which is not below zero."""
        if self.capitals and name in ("p", "P") and len(arguments) == 1 and isinstance(arguments[0], Symbol):
            variable = arguments[0].name.removesuffix(PRIME)
            if variable in self.capitals:
                return self.chance(Probability(arguments[0]))
        index = f"{name}#"
        whole = Fold("sum", Tabled(name, (Symbol(index), *arguments[1:])), index)
        return Divide(Tabled(name, arguments), Over(whole.operator, whole.body, whole.index))

    def chance(self, node: Probability) -> Node:
        """A probability from the joint distribution."""
        event = _flat((node.event,))
        given = _flat((node.given,)) if node.given is not None else iter(())
        named: list[tuple[Symbol, ...]] = [
            tuple(one for one in many if isinstance(one, Symbol)) for many in (event, given)
        ]
        names = [tuple(self.base(one) for one in many) for many in named]
        word = f"P({','.join(names[0])}|{','.join(names[1])})"
        arguments = tuple(Symbol(one.name) for many in named for one in many)
        return Chance(word, arguments, joint=self.joint, event=names[0], given=names[1])

    def information(self, node: Node) -> Node | None:
        """An entropy or a divergence by its definition; None where what it is of has no model."""
        if not isinstance(node, Apply):
            return None
        if list(_capitals(node)):
            groups = _groups(node.function, node.arguments)
            return Entropies(node.function, node.arguments, joint=self.joint, groups=groups)
        names = [one.name for one in node.arguments if isinstance(one, Symbol)]
        if len(names) < len(node.arguments) or node.function not in OF_DISTRIBUTIONS:
            return None
        index = "#outcome"
        first, *others = (self.mass(name, (Symbol(index),)) for name in names)
        last = others[0] if others else first
        inside = Divide(first, last) if node.function == "kl" else last
        body = Multiply((first, Apply("log", (inside,))))
        whole = Over("sum", body, index)
        return whole if node.function == "kl" else Negate(whole)


def _groups(word: str, arguments: Sequence[Node]) -> tuple[tuple[int, frozenset[str]], ...]:
    sets = [frozenset(one.name.lower() for one in _flat((part,)) if isinstance(one, Symbol)) for part in arguments]
    together = frozenset[str]().union(*sets)
    match OF_VARIABLES[word], sets:
        case "H|", [first, second]:
            return ((1, first | second), (-1, second))
        case "I", [first, second]:
            return ((1, first), (1, second), (-1, together))
        case "I|", [first, second, third]:
            return ((1, first | third), (1, second | third), (-1, together), (-1, third))
        case _:
            return ((1, together),)


def _symbols_of(node: Probability) -> tuple[Symbol, ...]:
    parts = (node.event,) if node.given is None else (node.event, node.given)
    return tuple(one for one in _flat(parts) if isinstance(one, Symbol))


def _names_of(node: Probability) -> tuple[str, ...]:
    return tuple(one.name for one in _symbols_of(node))


def _is_plain(node: Probability) -> bool:
    """Whether an event only names values of variables, each once."""
    parts = (node.event,) if node.given is None else (node.event, node.given)
    names = _names_of(node)
    return len(names) == len(list(_flat(parts))) == len(set(names)) and all(name[0].islower() for name in names)


def _told_apart(groups: Sequence[tuple[str, ...]]) -> frozenset[str]:
    """Names with a prime that stand beside the name without it: they are variables of their own."""
    return frozenset(
        name for group in groups for name in group if name.endswith(PRIME) and name.removesuffix(PRIME) in group
    )


def _opaque(node: Node, indices: frozenset[str]) -> Iterator[str]:
    """Functions of which such an index is an argument."""
    for one in _all(node):
        unknown = isinstance(one, Apply) and type(one) is Apply and one.function not in INFORMATION | known().keys()
        if unknown and any(isinstance(part, Symbol) and part.name in indices for part in children(one)):
            yield str(getattr(one, "function", ""))


def _smooth(node: Node) -> Iterator[str]:
    """Functions that are differentiated, integrated or taken a limit of."""
    if isinstance(node, (Derivative, Gradient, Integral, Limit)):
        yield from (one.function for one in _all(node) if isinstance(one, Apply))
    for child in children(node):
        yield from _smooth(child)


def _is_of_distributions(node: Node) -> bool:
    return isinstance(node, Apply) and node.function in OF_DISTRIBUTIONS and not list(_capitals(node))
