"""Integrals without bounds: two answers are the same when their derivatives are, since a constant is left open."""

from __future__ import annotations

from dataclasses import replace

from grader.mathematics.functions import known
from grader.mathematics.structure import mentions
from grader.mathematics.tree import Add, Apply, Derivative, Integral, Multiply, Negate, Node, Symbol, children
from grader.mathematics.verdict import Decide, Verdict


def same_antiderivatives(student: Node, reference: Node, decide: Decide) -> Verdict | None:
    """Whether two formulas, at least one with an integral without bounds, have one derivative; None without one."""
    name = _variable(student) or _variable(reference)
    if name is None:
        return None
    sides = [_slope(side, name) for side in (student, reference)]
    given, wanted = sides
    if given is None or wanted is None:
        return None
    verdict = decide(given, wanted)
    if verdict.equal:
        return replace(verdict, reason=f"the same derivative, a constant being left open: {verdict.reason}")
    if verdict.verdict == "different" and all(_is_convolution(side, name) for side in (student, reference)):
        return Verdict("undecided", "an integral of shifted functions may be meant over all numbers", layer="ties")
    if verdict.verdict == "different":
        note = f"the derivatives by {name}"
        witness = replace(verdict.witness, note=note) if verdict.witness is not None else None
        return replace(verdict, reason=f"{note} differ: {verdict.reason}", witness=witness)
    return None


def _is_convolution(node: Node, name: str) -> bool:
    r"""Whether a formula is ``\int f(s) g(t - s) ds`` of functions of which nothing is said."""
    body = node.body if isinstance(node, Integral) else node
    factors = body.factors if isinstance(body, Multiply) else ()
    values = [one for one in factors if isinstance(one, Apply) and one.function not in known()]
    shifted = [one for one in values if any(isinstance(at, Add) and mentions(at, name) for at in one.arguments)]
    return isinstance(node, Integral) and len(values) > 1 and bool(shifted)


def _variable(node: Node) -> str | None:
    """What an integral without bounds among the terms of a formula is over."""
    match node:
        case Integral(variable=name, lower=None, upper=None):
            return name
        case Add() | Negate() | Multiply():
            found = (_variable(child) for child in children(node))
            return next((name for name in found if name is not None), None)
        case _:
            return None


def _slope(node: Node, name: str) -> Node | None:
    """The derivative of a formula, of an integral by what is integrated; None where one stands anywhere else."""
    if not _holds_integral(node):
        return Derivative(node, ((Symbol(name), 1),))
    match node:
        case Integral(body=body, variable=variable, lower=None, upper=None) if variable == name:
            return None if _holds_integral(body) else body
        case Negate(body=body):
            inner = _slope(body, name)
            return None if inner is None else Negate(inner)
        case Add(terms=terms):
            slopes = [_slope(term, name) for term in terms]
            known = tuple(one for one in slopes if one is not None)
            return Add(known) if len(known) == len(slopes) else None
        case Multiply(factors=factors):
            place = next(at for at, one in enumerate(factors) if _holds_integral(one))
            inner = _slope(factors[place], name)
            others = (*factors[:place], *factors[place + 1 :])
            if inner is None or any(mentions(one, name) or _holds_integral(one) for one in others):
                return None
            return Multiply((*others, inner))
        case _:
            return None


def _holds_integral(node: Node) -> bool:
    if isinstance(node, Integral) and node.lower is None:
        return True
    return any(map(_holds_integral, children(node)))
