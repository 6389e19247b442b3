"""Densities of normal distributions as formulas: ``N(x; m, v)`` at a number x, with its mean and its variance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from grader.mathematics.kinds import Declaration, Kind
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import Add, Apply, Constant, Divide, Multiply, Negate, Node, Number, Power

GIVEN = "N_given"
"""The function that `N` before a bracket with a bar is read as."""


def is_density(node: Node) -> bool:
    """Whether a formula is a density at a place."""
    return isinstance(node, Apply) and node.function == "normal" and len(node.arguments) == len(("x", "m", "v"))


def with_density(node: Node, density: Callable[[Node, Node, Node], Node]) -> Node:
    """The formula with another one in the place of each density."""
    inner = mapped(node, lambda child: with_density(child, density))
    return density(*inner.arguments) if isinstance(inner, Apply) and is_density(inner) else inner


def normal(value: Node, mean: Node, variance: Node) -> Node:
    """The density at a number, written out."""
    two = Number(Fraction(2))
    square = Power(Add((value, Negate(mean))), two)
    top = Apply("exp", (Negate(Divide(square, Multiply((two, variance)))),))
    return Divide(top, Apply("sqrt", (Multiply((two, Constant("pi"), variance)),)))


def centered(student: Node, reference: Node, declaration: Declaration) -> tuple[Node, Node, Declaration] | None:
    """Both sides with densities ``N(x | m, v)`` as functions of the square of ``x - m``, and of v; None without any."""
    if declaration.symbols.get(GIVEN) != Kind("function", arity=3):
        return None
    kinds = {**declaration.symbols, GIVEN: Kind("function", arity=2)}
    return _centered(student), _centered(reference), replace(declaration, symbols=kinds)


def _centered(node: Node) -> Node:
    match mapped(node, _centered):
        case Apply(function=name, arguments=(value, mean, *rest)) if name == GIVEN:
            return Apply(GIVEN, (Power(Add((value, Negate(mean))), Number(Fraction(2))), *rest))
        case inner:
            return inner
