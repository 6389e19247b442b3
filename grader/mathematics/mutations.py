"""Ways in which an answer is often wrong, each undone: what the answer would be without that slip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from grader.mathematics.kinds import Declaration
from grader.mathematics.substituting import mapped
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Divide,
    Fold,
    Indexed,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Probability,
    Relation,
    Symbol,
    Tuple,
    children,
)

WHOLE = ("positive-integer", "nonnegative-integer", "integer", "index")
TRIGONOMETRIC = ("sin", "cos", "tan", "cot", "sec", "csc")
COUNTS = frozenset({"n", "N", "m", "M", "t", "T", "k", "K", "d", "D", "B", "L"})
"""Letters that are counts where nothing is declared."""

FLIPPED = ("real", "nonzero", "complex", "vector", "matrix")
ARRAYS = ("vector", "matrix", "symmetric", "spd", "diagonal", "invertible", "orthogonal")

MESSAGES: Mapping[str, str] = {
    "sign": "the answer has the opposite sign",
    "reciprocal": "the answer is the reciprocal of what is asked for",
    "square": "the answer is the square of what is asked for",
    "root": "the answer is the square root of what is asked for",
    "complement": "the answer is one minus what is asked for",
    "transposed": "the answer is transposed",
    "constant-factor": "the answer is off by a constant factor",
    "additive-constant": "the answer is off by an additive constant",
    "log-base": "a logarithm has another base than it should",
    "degrees": "an angle is in degrees where radians are meant, or the other way round",
    "missing-symbol": "a symbol is missing, or it occurs with too low a power",
    "extra-symbol": "a symbol should not be there, or it occurs with too high a power",
    "off-by-one": "a count or an index is off by one",
    "bounds": "a sum or a product has one term too many or too few",
    "swapped": "two of the symbols are swapped",
    "order": "the factors of a product of matrices are in another order than they should be",
    "arguments-swapped": "the arguments of a function are swapped",
    "condition-swapped": "event and condition are swapped",
    "sign-of-term": "one term has the wrong sign",
    "extra-term": "one term should not be there",
    "rounding-direction": "rounding goes the wrong way: up for down, or down for up",
    "deviation": "a square is missing or too many, as of a variance where a deviation is meant",
    "transpose-missing": "a transpose is missing, or one too many",
    "rounded": "the number is near, but it was rounded too early or too coarsely",
    "sign-of-symbol": "a symbol should have the opposite sign wherever it stands",
    "asymptotic": "the answer is right for large values only, in its leading terms",
    "reversed": "the relation points the other way",
    "boundary": "whether the boundary belongs to it is decided wrongly",
}


@dataclass(frozen=True)
class Mutation:
    """A name of `MESSAGES`, the answer without the slip, and what an author may be told."""

    name: str
    node: Node
    detail: str = ""


def whole_answer(student: Node, declaration: Declaration) -> Iterator[Mutation]:
    """Slips that concern the answer as a whole."""
    if isinstance(student, Relation):
        yield from _relations(student)
        return
    yield Mutation("sign", Negate(student))
    if not isinstance(student, (Matrix, Tuple)):
        yield Mutation("reciprocal", Divide(_number(1), student))
        yield Mutation("square", Apply("sqrt", (student,)))
        yield Mutation("root", Power(student, _number(2)))
        yield Mutation("complement", Add((_number(1), Negate(student))))
    if _has_array(student, declaration):
        yield Mutation("transposed", Apply("transpose", (student,)))


def symbols(student: Node, declaration: Declaration) -> Iterator[Mutation]:
    """A declared number that is missing or too many as a factor, squared or not, or swapped for another."""
    scalars = [name for name, kind in declaration.symbols.items() if kind.scalar]
    used = _names(student)
    for name in scalars:
        yield Mutation("missing-symbol", Multiply((student, Symbol(name))), name)
        if name in used:
            yield Mutation("extra-symbol", Divide(student, Symbol(name)), name)
    for name in scalars:
        squared = Power(Symbol(name), _number(2))
        yield Mutation("missing-symbol", Multiply((student, squared)), name)
        if name in used:
            yield Mutation("extra-symbol", Divide(student, squared), name)
            yield Mutation("deviation", renamed(student, {name: squared}), name)
            yield Mutation("deviation", renamed(student, {name: Apply("sqrt", (Symbol(name),))}), name)


def flips(student: Node, declaration: Declaration) -> Iterator[Mutation]:
    """A number, a vector or a matrix with the opposite sign wherever it stands."""
    for name in _names(student):
        kind = declaration.symbols.get(name)
        if kind is not None and kind.name in FLIPPED and (declaration.conventions is None or name not in COUNTS):
            yield Mutation("sign-of-symbol", renamed(student, {name: Negate(Symbol(name))}), name)


def swaps(student: Node, declaration: Declaration) -> Iterator[Mutation]:
    """Two symbols of one kind, each written for the other."""
    used = _names(student)
    kinds = declaration.symbols
    for at, first in enumerate(used):
        for second in used[at + 1 :]:
            if kinds.get(first) is not None and kinds.get(first) == kinds.get(second):
                swapped = {first: Symbol(second), second: Symbol(first)}
                yield Mutation("swapped", renamed(student, swapped), f"{first} and {second}")


def counts(student: Node, declaration: Declaration) -> Iterator[Mutation]:
    """Counts that are off by one: everywhere, in one place, or in a bound."""
    for node, rebuild in places(student):
        if isinstance(node, Fold) and node.lower is not None and node.upper is not None:
            for step in (1, -1):
                yield Mutation("bounds", rebuild(replace(node, upper=_shifted(node.upper, step))))
                yield Mutation("bounds", rebuild(replace(node, lower=_shifted(node.lower, step))))
    names = [name for name in _names(student) if _is_whole(declaration, name)]
    for name in names:
        for step in (1, -1):
            yield Mutation("off-by-one", renamed(student, {name: _shifted(Symbol(name), step)}), name)
    for node, rebuild in places(student):
        if isinstance(node, Symbol) and node.name in names:
            for step in (1, -1):
                yield Mutation("off-by-one", rebuild(_shifted(node, step)), node.name)


def pieces(student: Node, declaration: Declaration) -> Iterator[Mutation]:
    """One part of the answer: the sign of a term, a rounding, an angle, the order of a product."""
    for node, rebuild in places(student):
        match node:
            case Add(terms=many):
                for at, term in enumerate(many):
                    flipped = term.body if isinstance(term, Negate) else Negate(term)
                    yield Mutation("sign-of-term", rebuild(Add((*many[:at], flipped, *many[at + 1 :]))))
            case Apply(function="floor" | "ceil" as name, arguments=arguments):
                yield Mutation("rounding-direction", rebuild(Apply("ceil" if name == "floor" else "floor", arguments)))
            case Apply(function=name, arguments=(angle,)) if name in TRIGONOMETRIC:
                half = Divide(Constant("pi"), _number(180))
                yield Mutation("degrees", rebuild(Apply(name, (Multiply((angle, half)),))))
                yield Mutation("degrees", rebuild(Apply(name, (Divide(angle, half),))))
            case Apply(function="log", arguments=(argument,)):
                for base in (2, 10):
                    yield Mutation("log-base", rebuild(Apply("log", (argument, _number(base)))))
            case Apply(function="log", arguments=(argument, given)):
                yield Mutation("log-base", rebuild(Apply("log", (argument,))))
                for base in (2, 10):
                    if given != _number(base):
                        yield Mutation("log-base", rebuild(Apply("log", (argument, _number(base)))))
            case Apply(function="transpose", arguments=(body,)):
                yield Mutation("transpose-missing", rebuild(body))
            case Apply(function=name, arguments=(first, second)):
                yield Mutation("arguments-swapped", rebuild(Apply(name, (second, first))))
            case Probability(event=event, given=given) if given is not None:
                yield Mutation("condition-swapped", rebuild(Probability(given, event)))
            case Multiply(factors=factors) if sum(_has_array(one, declaration) for one in factors) > 1:
                yield Mutation("order", rebuild(Multiply(factors[::-1])))
                for at, one in enumerate(factors):
                    turned = Apply("transpose", (one,))
                    if _has_array(one, declaration):
                        yield Mutation(
                            "transpose-missing", rebuild(Multiply((*factors[:at], turned, *factors[at + 1 :])))
                        )


def terms(student: Node) -> Iterator[Mutation]:
    """A term that should not be there."""
    for node, rebuild in places(student):
        if isinstance(node, Add):
            for at in range(len(node.terms)):
                rest = (*node.terms[:at], *node.terms[at + 1 :])
                yield Mutation("extra-term", rebuild(rest[0] if len(rest) == 1 else Add(rest)))


def _relations(student: Relation) -> Iterator[Mutation]:
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
    edges = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
    for name, table in (("reversed", turned), ("boundary", edges)):
        if all(one in table for one in student.operators):
            yield Mutation(name, replace(student, operators=tuple(table[one] for one in student.operators)))


def places(node: Node) -> Iterator[tuple[Node, Any]]:
    """Every part of a formula, and a function that puts another in its place."""
    yield node, _itself
    for field in fields(node):
        value = getattr(node, field.name)
        if field.name == "span":
            continue
        if isinstance(value, Node):
            for inner, rebuild in places(value):
                yield inner, _within_field(node, field.name, rebuild)
        elif isinstance(value, tuple):
            for at, one in enumerate(value):
                if isinstance(one, Node):
                    for inner, rebuild in places(one):
                        yield inner, _within_tuple(node, field.name, at, rebuild)


def _itself(node: Node) -> Node:
    return node


def _within_field(node: Node, name: str, rebuild: Any) -> Any:
    return lambda new: replace(node, **{name: rebuild(new)})


def _within_tuple(node: Node, name: str, at: int, rebuild: Any) -> Any:
    held = getattr(node, name)
    return lambda new: replace(node, **{name: (*held[:at], rebuild(new), *held[at + 1 :])})


def renamed(node: Node, table: Mapping[str, Node]) -> Node:
    """A formula with symbols replaced, all at once; bound indices of the same name are left alone."""
    if isinstance(node, Symbol):
        return table.get(node.name, node)
    if isinstance(node, Fold) and node.index in table:
        table = {name: new for name, new in table.items() if name != node.index}
    changed = mapped(node, lambda child: renamed(child, table))
    target = table.get(node.name) if isinstance(node, Indexed) else None
    return replace(changed, name=target.name) if isinstance(target, Symbol) else changed  # type: ignore[call-arg]


def size(node: Node) -> int:
    """How many nodes a formula has."""
    return 1 + sum(map(size, children(node)))


def _number(value: int) -> Number:
    return Number(Fraction(value))


def _shifted(node: Node, step: int) -> Node:
    return Add((node, _number(1) if step > 0 else Negate(_number(1))))


def _names(node: Node) -> Sequence[str]:
    found = [node.name] if isinstance(node, (Symbol, Indexed)) else []
    for child in children(node):
        found += _names(child)
    return list(dict.fromkeys(found))


def _is_whole(declaration: Declaration, name: str) -> bool:
    kind = declaration.symbols.get(name)
    return kind is not None and kind.name in WHOLE


def _has_array(node: Node, declaration: Declaration) -> bool:
    if isinstance(node, Matrix):
        return True
    if isinstance(node, (Symbol, Indexed)):
        kind = declaration.symbols.get(node.name)
        return kind is not None and kind.name in ARRAYS
    return any(_has_array(child, declaration) for child in children(node))
