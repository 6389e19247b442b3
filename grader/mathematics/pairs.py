"""Two formulas to be compared, and what the points at which they are compared depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.mathematics.arrays import Value
from grader.mathematics.canonical import canonical
from grader.mathematics.kinds import Declaration
from grader.mathematics.landmarks import landmarks_of
from grader.mathematics.looks import Style
from grader.mathematics.roles import INTEGERS, Roles, roles_of, symbols_in
from grader.mathematics.sampling import Point
from grader.mathematics.structure import SWITCHES, mentions
from grader.mathematics.tree import (
    Apply,
    Cases,
    Constant,
    Fold,
    Indexed,
    Integral,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    children,
)
from grader.mathematics.verdict import Policy

ZERO = Number(Fraction(0))

REGIONAL = SWITCHES | {"kronecker_delta", "gcd", "lcm", "argmax", "argmin", "median", "rank", "pinv", "cardinality"}
"""Functions for which a few random whole numbers are not like all others."""


@dataclass(frozen=True)
class Pair:
    """Two formulas to be compared, and all that the points depend on."""

    student: Node
    reference: Node
    declaration: Declaration
    policy: Policy
    roles: Roles
    seed: str
    precision: int
    integrates: bool
    regional: bool = False

    def point(self, style: Style, fixed: dict[str, Value] | None = None) -> Point:
        """A point of a style, with some values given."""
        return Point(self.declaration, self.roles, style, self.seed, fixed or {})


def pair_of(student: Node, reference: Node, declaration: Declaration, policy: Policy) -> Pair:
    """The pair, with a seed that depends on the expected formula, not on how either side is spelled.

    Whoever does not know the expected formula cannot know the points, and one wrong answer has one witness however it
    is written.
    """
    text = f"{policy.seed}|{canonical(reference, declaration)!r}"
    seed = hashlib.sha256(text.encode()).hexdigest()[:24]
    roles = roles_of((student, reference), declaration)
    regional = changes_by_region(student) or changes_by_region(reference)
    if regional:
        roles = replace(roles, landmarks=landmarks_of((student, reference)))
    integrates = has_integral(student) or has_integral(reference)
    bits = starting_precision(student, reference)
    return Pair(student, reference, declaration, policy, roles, seed, bits, integrates, regional)


LIMITING = SWITCHES | {"factorial", "binomial", "kronecker_delta"}
"""Functions in which a count may reach a number at which something begins or ends."""


def whole_numbers(pair: Pair) -> list[str]:
    """The symbols that are whole numbers."""
    kinds = pair.declaration.symbols
    return [name for name in pair.roles.free if name in kinds and kinds[name].name in INTEGERS]


def has_integral(node: Node) -> bool:
    """Whether an integral occurs, whose values cost much more with more digits."""
    return isinstance(node, Integral) or any(map(has_integral, children(node)))


def changes_by_region(node: Node) -> bool:
    """Whether a formula has a part whose form changes from region to region."""
    if isinstance(node, Cases) or (isinstance(node, Apply) and node.function in REGIONAL):
        return True
    if isinstance(node, Apply) and node.function == "norm" and len(node.arguments) > 1:
        return True
    if isinstance(node, Fold) and node.operator not in ("sum", "product"):
        return True
    if isinstance(node, Power) and node.base == ZERO:
        return True
    return any(map(changes_by_region, children(node)))


def salient(pair: Pair) -> list[int]:
    """Counts beside the whole numbers that the formulas mention, where something may begin or end."""
    limit = largest_count(pair)
    found = {value for side in (pair.student, pair.reference) for value in _whole_numbers(side) if 12 < value <= limit}
    return sorted({value + step for value in sorted(found)[:3] for step in (0, 1)})


def largest_count(pair: Pair) -> int:
    """Up to which count the numbers that formulas mention are tried, by how deep big operators stand."""
    return (400, 60, 20)[min(max(pair.roles.depth, 1), 3) - 1]


def counts_beyond(pair: Pair) -> bool:
    """Whether a count is compared with, or bounded by, a number that is larger than any count that is tried."""
    if not pair.roles.counting:
        return False
    limit = largest_count(pair)
    sides = (pair.student, pair.reference)
    return any(value > limit for side in sides for value in _thresholds(side, pair.roles.counting))


def _thresholds(node: Node, counting: frozenset[str]) -> Iterator[int]:
    """Whole numbers beside a counting symbol or an index, where something may begin or end."""
    inner = counting
    if isinstance(node, Fold):
        inner = counting | {node.index}
        for bound in (node.lower, node.upper):
            if bound is not None and symbols_in(bound) & counting:
                yield from _whole_numbers(bound)
    limiting = isinstance(node, Relation | Indexed) or (isinstance(node, Apply) and node.function in LIMITING)
    if limiting and symbols_in(node) & inner:
        yield from _whole_numbers(node)
    for child in children(node):
        yield from _thresholds(child, inner)


def _whole_numbers(node: Node) -> Iterator[int]:
    if isinstance(node, Number) and node.value.denominator == 1:
        yield int(node.value)
    for child in children(node):
        yield from _whole_numbers(child)


def starting_precision(student: Node, reference: Node) -> int:
    """Bits enough that the constants of either formula cannot vanish beside one another."""
    return 256 + 4 * min(constant_bits(student) + constant_bits(reference), 8_000)


def constant_bits(node: Node) -> int:
    """How many bits the numbers of a formula take, those of small whole numbers aside."""
    match node:
        case Number(value=value):
            size = value.numerator.bit_length() + value.denominator.bit_length()
            return size if size > 12 else 0
        case Power(base=Number(value=value), exponent=Number(value=count) | Negate(body=Number(value=count))):
            size = value.numerator.bit_length() + value.denominator.bit_length()
            return min(size * abs(int(count)), 10**6)
        case Apply(function="factorial", arguments=(Number(value=value),)):
            return min(abs(int(value)), 10**5) * int(value).bit_length()
        case Fold(upper=Number(value=last), body=body) if _shrinks(body, node.index):
            # the last term of a Taylor polynomial may be as small as one over the factorial of its index
            return min(abs(int(last)), 10**4) * int(last).bit_length() + constant_bits(body)
    return sum(constant_bits(child) for child in children(node))


def _shrinks(node: Node, index: str) -> bool:
    """Whether an index stands in an exponent or below a factorial, so that later terms may be tiny."""
    match node:
        case Power(exponent=exponent) if mentions(exponent, index):
            return True
        case Apply(function="factorial" | "gamma_function" | "binomial") if mentions(node, index):
            return True
    return any(_shrinks(child, index) for child in children(node))


def mentions_complex(pair: Pair) -> bool:
    """Whether the imaginary unit or a complex symbol occurs."""
    if any(
        pair.declaration.symbols[name].name == "complex" for name in pair.roles.free if name in pair.declaration.symbols
    ):
        return True
    return has_imaginary(pair.student) or has_imaginary(pair.reference)


def has_imaginary(node: Node) -> bool:
    """Whether the imaginary unit occurs."""
    return node == Constant("i") or any(has_imaginary(child) for child in children(node))
