"""Formulas with free constants, as antiderivatives and general solutions have: whatever the constants are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import permutations

from grader.mathematics.array_signs import parts_of
from grader.mathematics.structure import degree_in
from grader.mathematics.substituting import mapped, names_in, substitute
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Covariance,
    Divide,
    Expectation,
    Indexed,
    Logic,
    Negate,
    Node,
    Number,
    Power,
    Probability,
    Relation,
    Symbol,
    Variance,
)
from grader.mathematics.verdict import Decide, Verdict

CLOSED = (Relation, Logic, Probability, Expectation, Variance, Covariance)
"""What is no antiderivative and solves no differential equation."""

CONSTANTS = ("C", "const", "constant")
"""Names of constants of integration."""

PLACES = (Fraction(1, 2), Fraction(3), Fraction(-2))
"""The places at which formulas are made to vanish, to compare them without such a constant."""

ALONE = frozenset({"c", "C", "k", "K", "const", "constant"})
"""Names of constants that are a term by themselves."""

LETTER = re.compile(r"[cCkKAB](_?[0-4])?|const|constant")
"""What an arbitrary constant may be called."""

NUMBERED = re.compile(r"[cCkK]_?[0-4]")
"""What several constants of integration are called."""

VARIABLES = frozenset({"x", "y", "z", "t", "u", "s", "theta"})
"""What an antiderivative is a function of."""

WAVES = frozenset({"exp", "sin", "cos", "sinh", "cosh"})
"""Functions that solutions of differential equations are made of."""

MOST = 3


def by_constants(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """The verdict where two formulas are the same but for constants that may be anything; None where they are not."""
    return (
        _renamed(student, reference, decide)
        or _moved(student, reference, decide)
        or _multiplied(student, reference, decide)
    )


def _renamed(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """The same formula with other names of its constants: in upper or lower case it is the same answer."""
    given, wanted = _constants(student), _constants(reference)
    if not (given and wanted):
        given, wanted = _only_in(student, reference), _only_in(reference, student)
        closed = any(isinstance(part, CLOSED) for side in (student, reference) for part in parts_of(side))
        if closed or isinstance(student, Symbol) or not any(len(name) > 1 or name == "C" for name in (*given, *wanted)):
            return None
    if len(given) != len(wanted) or not 0 < len(given) <= MOST:
        return None
    for order in permutations(wanted):
        if list(order) == given or not decide(_with_names(student, given, order), reference).equal:
            continue
        if [name.lower() for name in given] == [name.lower() for name in order]:
            return Verdict("equal", "the same formula with another name of a free constant", layer="ties")
        free = [_is_free(names) for names in (given, order)]
        if not set(given) & set(order) and (all(free) or (any(free) and len(order) > 1)):
            return Verdict("equal", "the same formula with other names of its free constants", layer="ties")
        labelled = any(len(name) > 1 or name == "C" or name.isupper() or name in ALONE for name in order)
        return (
            Verdict("undecided", "the two agree where their constants may be anything", layer="ties")
            if labelled
            else None
        )
    return None


def _is_free(names: Sequence[str]) -> bool:
    """Whether names are those of constants of integration alone: C, or numbered ones."""
    return all(name in CONSTANTS or NUMBERED.fullmatch(name) for name in names)


def _only_in(node: Node, other: Node) -> list[str]:
    """The names that one formula alone has, if they are called as constants are and numbered, or C."""
    found = {_name(part) for part in parts_of(node)} - {_name(part) for part in parts_of(other)} - {""}
    called = all(LETTER.fullmatch(name) for name in found)
    return sorted(found) if called and found else []


def _constants(node: Node) -> list[str]:
    """The constants of a sum or of what solves a differential equation, in the order of their names."""
    waves = any(map(_is_wave, parts_of(node)))
    terms = node.terms if isinstance(node, Add) else ()
    alone = {_name(one) for one in terms if _name(one) in ALONE}
    found = {_name(part) for part in parts_of(node)} if waves else alone
    inside = {_name(part) for one in parts_of(node) for below in _inner(one) for part in parts_of(below)}
    return sorted(name for name in found - inside if LETTER.fullmatch(name))


def _inner(node: Node) -> tuple[Node, ...]:
    """What stands in a function, in an exponent or below a line, where no constant is free."""
    match node:
        case Apply(arguments=arguments):
            return arguments
        case Power(exponent=exponent):
            return (exponent,)
        case Divide(denominator=bottom):
            return (bottom,)
        case _:
            return ()


def _name(node: Node) -> str:
    match node:
        case Symbol(name=name):
            return name
        case Indexed(name=name, indices=(Number(value=value),)):
            return f"{name}_{value}"
        case _:
            return ""


def _is_wave(node: Node) -> bool:
    if isinstance(node, Power) and node.base == Constant("e"):
        return True
    return isinstance(node, Apply) and node.function in WAVES


def _with_names(node: Node, names: Sequence[str], others: Sequence[str]) -> Node:
    """The formula with other names in the place of some, all at once."""
    if _name(node) in names:
        name, _, index = others[names.index(_name(node))].partition("_")
        whole = isinstance(node, Symbol)
        return Symbol(f"{name}_{index}" if index else name) if whole else Indexed(name, (Number(Fraction(index)),))
    return mapped(node, lambda child: _with_names(child, names, others))


def _moved(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """Two formulas that end in the same free constant, as antiderivatives do, and differ by another constant."""
    for name in CONSTANTS:
        bare = [_without_term(side, Symbol(name)) for side in (student, reference)]
        if None in bare or any(name in names_in(side) for side in bare if side is not None):
            continue
        sides = [side for side in bare if side is not None]
        names = sorted({*names_in(sides[0]), *names_in(sides[1])})
        if not names or decide(sides[0], sides[1]).equal:
            return None
        for value in PLACES:
            less = [_minus_value(side, names, value) for side in sides]
            if decide(less[0], less[1]).equal:
                if len(names) == 1 and names[0] in VARIABLES:
                    return Verdict("equal", f"the same antiderivative, {name} being any constant", layer="ties")
                return Verdict("undecided", f"the two agree where {name} may be any constant", layer="ties")
    return None


def _multiplied(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """Two formulas that differ by a factor of a free constant that is a term by itself, ``- C`` for ``+ C``."""
    for name in CONSTANTS:
        rests = [_without_multiple(side, name) for side in (student, reference)]
        if rests[0] is not None and rests[1] is not None and decide(rests[0], rests[1]).equal:
            return Verdict("undecided", f"the two agree where {name} may be any constant", layer="ties")
    return None


def _without_multiple(node: Node, name: str) -> Node | None:
    """A sum without its one term that is a multiple of a constant; None where it is no such sum."""
    terms = node.terms if isinstance(node, Add) else ()
    rest = tuple(one for one in terms if names_in(one) != {name} or degree_in(one, name) != 1)
    if not rest or len(rest) != len(terms) - 1 or any(name in names_in(one) for one in rest):
        return None
    return rest[0] if len(rest) == 1 else Add(rest)


def _without_term(node: Node, term: Node) -> Node | None:
    """A sum without one of its terms; None where it is no such sum."""
    if not isinstance(node, Add) or node.terms.count(term) != 1:
        return None
    rest = tuple(one for one in node.terms if one != term)
    return rest[0] if len(rest) == 1 else Add(rest)


def _minus_value(node: Node, names: Sequence[str], value: Fraction) -> Node:
    there = node
    for name in names:
        there = substitute(there, name, Number(value))
    return Add((node, Negate(there)))
