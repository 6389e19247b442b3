"""Names that belong to others where nothing is declared: moments of X, estimates, arguments, lengths, complex roots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from grader.mathematics.array_signs import parts_of
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.roles import REAL
from grader.mathematics.structure import degree_in
from grader.mathematics.substituting import mapped, names_in, substitute
from grader.mathematics.tree import (
    Apply,
    Constant,
    Covariance,
    Expectation,
    Indexed,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Probability,
    Relation,
    Symbol,
    Variance,
)

HAT = "_hat"
LENGTH = "length of "
VARIANCE = "variance of "
MEAN = "mean of "


def with_moments(node: Node, declaration: Declaration) -> Node:
    r"""The formula with ``\mu_X`` as the mean of a random X beside it, and ``\sigma_X`` as its deviation."""
    for name in sorted(names_in(node)):
        letter, _, label = name.partition("_")
        kind = declaration.symbols.get(label)
        if kind is None or kind.name != "random" or declaration.symbols.get(name) != REAL:
            continue
        if letter == "mu":
            node = substitute(node, name, Expectation(Symbol(label)))
        elif letter == "sigma":
            node = substitute(node, name, Apply("sqrt", (Variance(Symbol(label)),)))
    return node


def with_one_hat(student: Node, reference: Node) -> Node:
    r"""A student's equation with ``\lambda`` for ``\hat\lambda``, or the other way, as the expected equation has it."""
    if not (isinstance(student, Relation) and isinstance(reference, Relation)):
        return student
    given, wanted = names_in(student), names_in(reference)
    for name in sorted(given - wanted):
        other = name.removesuffix(HAT) if name.endswith(HAT) else f"{name}{HAT}"
        if other in wanted - given:
            student = substitute(student, name, Symbol(other))
    return student


def with_one_argument(student: Node, reference: Node) -> Node:
    """A student's ``f(t) = t^2`` or ``a_k = k^2`` with the letter that stands for the argument as it is expected."""
    if not (isinstance(student, Relation) and isinstance(reference, Relation)):
        return student
    match student.operands[0], reference.operands[0]:
        case (
            Apply(function=one, arguments=(Symbol(name=letter),)),
            Apply(function=other, arguments=(Symbol(name=wanted),)),
        ) if one not in known():
            pass
        case Indexed(name=one, indices=(Symbol(name=letter),)), Indexed(name=other, indices=(Symbol(name=wanted),)):
            pass
        case Symbol(name=first), Symbol(name=second):
            (one, _, letter), (other, _, wanted) = first.rpartition("_"), second.rpartition("_")
        case _:
            return student
    single = letter.isalpha() and wanted.isalpha() and len(letter) == len(wanted) == 1
    spoken = letter in names_in(student.operands[-1]) and wanted in names_in(reference.operands[-1])
    apart = wanted not in names_in(student) and letter not in names_in(reference)
    if not one or one != other or not (single and spoken and apart):
        return student
    if isinstance(student.operands[0], Symbol):
        student = substitute(student, f"{one}_{letter}", Symbol(f"{one}_{wanted}"))
    return substitute(student, letter, Symbol(wanted))


def with_complex(nodes: Sequence[Node], declaration: Declaration) -> Declaration:
    """The declaration with the one unknown of some equations as complex, where i or a root of a negative number is.

    Only polynomials are solved so: in ``|e^{i t}| = 1`` t is real.
    """
    names = frozenset[str]().union(*map(names_in, nodes))
    parts = [part for node in nodes for part in parts_of(node)]
    imaginary = Constant("i") in parts or any(_is_imaginary(part) for part in parts)
    sides = [side for part in parts if isinstance(part, Relation) for side in part.operands]
    stated = bool(sides) and all(degree_in(side, name) is not None for side in sides for name in names)
    if len(names) != 1 or not imaginary or not stated or declaration.conventions is None:
        return declaration
    kinds = {name: Kind("complex") for name in names if declaration.symbols.get(name) == REAL}
    return replace(declaration, symbols={**declaration.symbols, **kinds})


def _is_imaginary(node: Node) -> bool:
    match node:
        case Apply(function="sqrt", arguments=(Negate(body=Number()),)):
            return True
        case _:
            return False


def with_lengths(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration]:
    r"""Both sides with a number for the length of each vector of which they say nothing else: ``\|w\|``, ``w^T w``."""
    kinds = dict(declaration.symbols)
    for name, kind in declaration.symbols.items():
        if kind.name != "vector":
            continue
        sides = [_with_length(side, name) for side in (student, reference)]
        if all(name in names_in(side) for side in (student, reference)) and not any(_mentions(*sides, name=name)):
            student, reference = sides
            kinds[LENGTH + name] = Kind("nonnegative")
    return student, reference, replace(declaration, symbols=kinds)


def _mentions(*sides: Node, name: str) -> list[bool]:
    return [name in names_in(side) for side in sides]


def _with_length(node: Node, name: str) -> Node:
    length = Symbol(LENGTH + name)
    match node:
        case Apply(function="norm", arguments=(Symbol(name=one),)) if one == name:
            return length
        case Multiply(factors=(Apply(function="transpose", arguments=(Symbol(name=one),)), Symbol(name=other))) if (
            one == other == name
        ):
            return Multiply((length, length))
        case _:
            return mapped(node, lambda child: _with_length(child, name))


def without_steps(node: Node, other: Node) -> Node:
    r"""A formula with ``w`` for ``w_t`` where the other has no members of w: an update written without its step."""
    whole = {part.name for part in parts_of(other) if isinstance(part, Symbol)}
    members = [part for part in parts_of(node) if isinstance(part, Indexed) and part.name in whole]
    if len({part.indices for part in members}) != 1 or not isinstance(members[0].indices[0], Symbol):
        return node

    def change(part: Node) -> Node:
        return Symbol(part.name) if part in members else mapped(part, change)

    return change(node)


def with_unknown_moments(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration]:
    r"""Both sides with a number for each mean and variance of a bare name, where both speak of the same ones only.

    ``n \operatorname{Var}(w) = 1`` is then an equation for that variance: of the name nothing else is said.
    """
    sides = (student, reference)
    chances = [{part for part in parts_of(side) if isinstance(part, (Expectation, Variance))} for side in sides]
    named = [one for many in chances for one in many if isinstance(one.body, (Symbol, Indexed)) and not _is_given(one)]
    others = any(isinstance(part, (Covariance, Probability)) for side in sides for part in parts_of(side))
    solved = isinstance(student, Relation) and not isinstance(reference, Relation) and not chances[1]
    told = chances[0] == chances[1] or solved
    if not named or not told or len(named) != sum(map(len, chances)) or others:
        return student, reference, declaration
    kinds = dict(declaration.symbols)
    found = {one: _moment(one) for one in chances[0]}
    for one, moment in found.items():
        member = Kind("positive") if isinstance(one, Variance) else REAL
        kinds[moment.name] = Kind("sequence", member=member) if isinstance(moment, Indexed) else member
    bare = [_with_values(side, found) for side in sides]
    inside = {one.body.name for one in found if isinstance(one.body, (Symbol, Indexed))}
    if any(name in names_in(side) for side in bare for name in inside):
        return student, reference, declaration
    return bare[0], bare[1], replace(declaration, symbols=kinds)


def _is_given(node: Expectation | Variance) -> bool:
    return node.given is not None or (isinstance(node, Expectation) and node.over is not None)


def _moment(node: Expectation | Variance) -> Symbol | Indexed:
    """The number that stands for a mean or a variance."""
    word = VARIANCE if isinstance(node, Variance) else MEAN
    if isinstance(node.body, Indexed):
        return Indexed(f"{word}{node.body.name}", node.body.indices)
    return Symbol(f"{word}{node.body.name}" if isinstance(node.body, Symbol) else word)


def _with_values(node: Node, found: dict[Expectation | Variance, Symbol | Indexed]) -> Node:
    if isinstance(node, (Expectation, Variance)) and node in found:
        return found[node]
    return mapped(node, lambda child: _with_values(child, found))


def with_letters_for_moments(node: Node) -> Node:
    r"""The formula with ``\sigma^2`` for the variance of a bare name, and ``\mu`` for its mean."""
    match node:
        case Variance(body=Symbol() | Indexed(), given=None):
            return Power(Symbol("sigma"), Number(Fraction(2)))
        case Expectation(body=Symbol() | Indexed(), given=None, over=None):
            return Symbol("mu")
        case Symbol(name=name) | Indexed(name=name) if name.startswith(VARIANCE):
            return Power(Symbol("sigma"), Number(Fraction(2)))
        case Symbol(name=name) | Indexed(name=name) if name.startswith(MEAN):
            return Symbol("mu")
        case _:
            return mapped(node, with_letters_for_moments)
