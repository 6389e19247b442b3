"""What form an answer has: a label and its value, a pair in brackets, a list of equations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from grader.mathematics.boundaries import links_of
from grader.mathematics.functions import known
from grader.mathematics.kinds import Declaration
from grader.mathematics.structure import infinite_sign
from grader.mathematics.substituting import mapped, names_in, substitute
from grader.mathematics.tree import (
    Add,
    Apply,
    Constant,
    Covariance,
    Derivative,
    Expectation,
    Fold,
    Gradient,
    Indexed,
    Integral,
    Interval,
    Limit,
    Logic,
    Matrix,
    Multiply,
    Negate,
    Node,
    Number,
    PlusMinus,
    Power,
    Probability,
    Relation,
    Symbol,
    Tuple,
    Variance,
    children,
)
from grader.mathematics.verdict import Verdict, Witness

EQUALITIES = frozenset({"=", ":=", "~="})
ORDERS = frozenset({"<", "<=", ">", ">=", "!="})
TRUTHS = (Constant("true"), Constant("false"))
"""What yes and no are read as."""

DISTRIBUTIONS = ("normal", "uniform", "bernoulli", "poisson")
"""Names that are known as functions and have no value: two are the same when their parameters are."""

FUNCTIONS = ("f", "g", "h", "F", "G", "H")
"""Letters that name a function when they stand before a symbol on the left of an equation."""

LIKELIHOODS = (*FUNCTIONS, "L", "p", "P", "q")
"""Letters whose logarithm is asked for when they stand before a symbol."""

MEASURES = frozenset({"norm", "frobenius", "nuclear"})
QUANTITIES = MEASURES | {"det", "trace", "rank", "inverse", "transpose", "pinv", "eigmax", "eigmin", "vec"}
"""Functions of arrays: a value of one that no symbol of the answer explains is what was asked for."""

LABELS = (Indexed, Expectation, Variance, Covariance, Probability, Derivative, Gradient, Integral, Limit)


def in_brackets(node: Tuple) -> bool:
    """Whether a list was written in brackets; one that nobody wrote counts as written so."""
    first = node.elements[0].span if node.elements else None
    return node.span is None or first is None or node.span[0] < first[0]


def as_interval(node: Tuple) -> Interval:
    """A pair in brackets as the interval it may be."""
    closed = node.bracket == "["
    return Interval(node.elements[0], node.elements[1], closed, closed)


def are_pairs(student: Tuple, reference: Tuple) -> bool:
    """Whether both are pairs in brackets."""
    return all(len(node.elements) == 2 and in_brackets(node) for node in (student, reference))


def is_end(node: Node) -> bool:
    """Whether a part is more likely an interval's end than a size: zero, or infinite."""
    return node == Number(Fraction(0)) or infinite_sign(node) != 0


def may_be_interval(node: Tuple) -> bool:
    """Whether a pair beside a statement may be meant as an interval."""
    return len(node.elements) == 2 and in_brackets(node)


def is_equation(node: Node) -> bool:
    """Whether a statement has equalities only."""
    return isinstance(node, Relation) and set(node.operators) <= EQUALITIES


def is_label(node: Node, answer: Node, declaration: Declaration) -> bool:
    """Whether the left side of an equation only names what is asked."""
    match node:
        case Symbol(name=name):
            return name not in names_in(answer)
        case Apply(function=name) if name not in known() or name in declaration.symbols:
            return True
        case Multiply(factors=(Symbol(name=name), Symbol(name=argument))) if name in FUNCTIONS:
            # f(x) where f is not declared as a function
            return name not in names_in(answer) and argument in names_in(answer)
        case _:
            return isinstance(node, LABELS) and not occurs(node, answer) and not _is_closed(node)


def _is_closed(node: Node) -> bool:
    """Whether an integral or a limit is a number: ``2`` behind one is no answer that it only names, but a step."""
    return isinstance(node, Integral | Limit) and not names_in(node) and not has_unknown(node)


def has_unknown(node: Node) -> bool:
    """Whether the value of a function of which nothing is known occurs."""
    unknown = isinstance(node, Apply) and node.function not in known()
    return unknown or any(map(has_unknown, children(node)))


def is_quantity(node: Node, answer: Node) -> bool:
    r"""Whether the left side of an equation is a formula that names what is asked, as ``A^{-1}`` and ``\log L`` do.

    It is an array's function, a norm or a logarithm of what the answer does not mention, or a symbol with a layer
    raised, ``\delta^l``, where the answer raises that too. Anything else may be an equation that is to be solved.
    """
    match node:
        case Power(base=Symbol() as base, exponent=Symbol() as layer) if _raised(layer, answer):
            return not occurs(node, answer) and base != layer
        case Power(base=Symbol(name=name), exponent=Constant(name="pi")):
            return name not in names_in(answer)  # of a policy, and no power
        case Power(base=Symbol(name=name), exponent=Number()):
            return name.isupper() and isinstance(answer, Matrix) and name not in names_in(answer)
        case Power(base=Apply(function=name) as base, exponent=Number()) if name in MEASURES:
            return not names_in(base) & names_in(answer)
        case Apply(function="log", arguments=(body,)):
            return _is_likelihood(body) and not occurs(body, answer)
        case Apply(function="abs", arguments=(Symbol(name=name),)):
            return name.isupper() and name not in names_in(answer)
        case Apply(function=name) if name in QUANTITIES:
            return not names_in(node) & names_in(answer)
        case Multiply(factors=factors):
            capitals = [name for name in names_in(node) if name[0].isupper()]
            arrays = any(isinstance(one, Apply) and one.function in QUANTITIES for one in factors)
            whole = isinstance(answer, Matrix) or arrays
            return bool(capitals) and whole and not names_in(node) & names_in(answer)
        case _:
            return False


def may_name(node: Node, answer: Node) -> bool:
    r"""Whether a formula may either name what is asked or have to be solved, as ``\sigma^2`` and ``\sqrt n \bar x``."""
    names = names_in(node)
    return not names & names_in(answer) and (_measured(node) is not None or len(names) > 1)


def names_it(node: Node, answer: Node, declaration: Declaration) -> bool:
    r"""Whether a left side names what is asked where nothing is declared: ``W_2^2``, ``\hat\sigma^2``, ``\cos\theta``.

    It is a power or a function of one name that is no plain small letter, or a power of one before a sum, ``s^2``, and
    the right side has other names.
    """
    base = _measured(node)
    if declaration.conventions is None or base is None or not names_in(answer) or names_in(node) & names_in(answer):
        return False
    if isinstance(node, Apply) and node.function in ("abs", "norm"):
        return True  # of no single value can be said what its length determines
    summed = isinstance(node, Power) and any(isinstance(part, Fold) for part in _parts(answer))
    return isinstance(base, Indexed) or len(base.name) > 1 or base.name.isupper() or summed


def _parts(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _parts(child)


def _measured(node: Node) -> Symbol | Indexed | None:
    """The name of which a formula is a power or a function; None where it is neither."""
    match node:
        case Power(base=Symbol() | Indexed() as base, exponent=Number()):
            return base
        case Power(base=Apply(arguments=(Symbol() | Indexed() as base,)), exponent=Number()):
            return base
        case Apply(arguments=(Apply() as inner,)):
            return _measured(inner)
        case Apply(arguments=(Symbol() | Indexed() as base, *_)):
            return base
        case _:
            return None


def _raised(layer: Node, inside: Node) -> bool:
    """Whether a symbol stands in an exponent of another."""
    if isinstance(inside, Power) and isinstance(inside.base, Symbol) and occurs(layer, inside.exponent):
        return True
    return any(_raised(layer, child) for child in children(inside))


def _is_likelihood(node: Node) -> bool:
    r"""Whether a formula is a function's value that is not known: ``L(\theta)``, ``p(x)``."""
    match node:
        case Apply(function=name):
            return name not in known()
        case Probability():
            return True
        case Multiply(factors=(Symbol(name=name), Symbol())):
            return name in LIKELIHOODS
        case _:
            return False


def occurs(node: Node, inside: Node) -> bool:
    """Whether a formula is another, or a part of it."""
    return node == inside or any(occurs(node, child) for child in children(inside))


def is_declared(node: Node, declaration: Declaration) -> bool:
    """Whether a node is a declared symbol."""
    return isinstance(node, Symbol) and node.name in declaration.symbols


def is_statement(node: Node) -> bool:
    """Whether an answer states something, and has no value of its own."""
    if isinstance(node, Tuple):
        return bool(node.elements) and all(map(is_statement, node.elements))
    return isinstance(node, (Relation, Logic))


def answer_of(node: Node) -> Node:
    """What a statement gives as the answer: its last member."""
    return node.operands[-1] if isinstance(node, Relation) and set(node.operators) <= EQUALITIES | {"~", "in"} else node


def drawn_from(node: Node) -> Node | None:
    r"""The distribution in ``X \sim N(0, 1)``, where one name stands before it; None of anything else."""
    match node:
        case Relation(operators=("~",), operands=(Symbol() | Indexed(), Apply(function=name) as distribution)):
            return distribution if name in DISTRIBUTIONS or name not in known() else None
        case _:
            return None


def with_definitions(steps: Sequence[Relation]) -> Iterator[Node]:
    """The value of the first and of the last equation with what the others define, as in ``y = a + v, v = 2b``."""
    for answer in (0, -1):
        value = steps[answer].operands[-1]
        for step in (one for one in steps if one is not steps[answer]):
            value = replaced(value, step.operands[0], step.operands[-1])
        if value != steps[answer].operands[-1]:
            yield value


def replaced(node: Node, what: Node, by: Node) -> Node:
    """The formula with another in the place of a symbol, or of all members of a family."""
    match what, node:
        case Indexed(name=name, indices=(Symbol(name=index),)), Indexed(name=other, indices=(at,)) if name == other:
            return substitute(by, index, at)
        case ((Symbol() | Indexed()), _) if node == what:
            return by
        case _:
            return mapped(node, lambda child: replaced(child, what, by))


def other_form(given: str, wanted: str) -> Verdict:
    """The verdict when one form is given and another asked."""
    return Verdict("different", f"{wanted} is asked, {given} is given", Witness((), given, wanted, "form"), "parts")


def single_value(node: Node) -> tuple[str, tuple[Node, ...]] | None:
    """``x = 1`` as the symbol and its one value, unless the value speaks of the symbol."""
    match node:
        case Relation(operators=("=",), operands=(Symbol(name=name), value)) if name not in names_in(value):
            return name, (value,)
        case _:
            return None


def equations_of(node: Node) -> tuple[Relation, ...]:
    """The equations of a system, or of a chain of them; empty when it is anything else."""
    parts = node.operands if isinstance(node, Logic) and node.operator == "and" else (node,)
    parts = node.elements if isinstance(node, Tuple) else parts
    found: list[Relation] = []
    for part in parts:
        if not isinstance(part, Relation) or set(part.operators) != {"="}:
            return ()
        found += links_of(part)
    return tuple(found)


def equations_in_order(node: Node) -> tuple[Relation, ...]:
    """The equations of a list or of statements that hold together, as written; empty when it is anything else."""
    parts = node.operands if isinstance(node, Logic) and node.operator == "and" else ()
    parts = node.elements if isinstance(node, Tuple) else parts
    if not parts or not all(isinstance(part, Relation) and set(part.operators) <= EQUALITIES for part in parts):
        return ()
    return tuple(part for part in parts if isinstance(part, Relation))


def assignments(node: Node) -> dict[str, Node] | None:
    """The values that several equations give to as many symbols, none of which occurs in a value; else None."""
    found: dict[str, Node] = {}
    for step in equations_in_order(node):
        match step:
            case Relation(operators=("=",), operands=(Symbol(name=name), value)) if name not in found:
                found[name] = value
            case _:
                return None
    speaks = any(name in names_in(value) for name in found for value in found.values())
    return found if len(found) > 1 and not speaks else None


def numbered_roots(node: Node, other: Node) -> Node:
    """``x_1 = 1, x_2 = 2`` beside an equation for x as its solutions: ``x = 1 or x = 2``."""
    found = assignments(node) or {}
    bases = {name.rstrip("0123456789").rstrip("_") for name in found}
    solved = is_equation(other) or isinstance(other, Logic)
    if len(bases) != 1 or not solved or not bases <= names_in(other) or bases & found.keys():
        return node
    (base,) = bases
    return Logic("or", tuple(Relation(("=",), (Symbol(base), value)) for value in found.values()))


def as_equation(solutions: tuple[str, tuple[Node, ...]] | None) -> Relation | None:
    """The equation that has some values as its solutions: a product of differences is zero."""
    if solutions is None:
        return None
    factors = tuple(Add((Symbol(solutions[0]), Negate(value))) for value in solutions[1])
    return Relation(("=",), (factors[0] if len(factors) == 1 else Multiply(factors), Number(Fraction(0))))


def lists_equations(node: Node) -> bool:
    """Whether a statement is an equation or several that hold together."""
    parts = node.operands if isinstance(node, Logic) and node.operator == "and" else (node,)
    return all(isinstance(part, Relation) and set(part.operators) <= EQUALITIES for part in parts)


def holds_plus_minus(node: Node) -> bool:
    """Whether a sign is left open somewhere."""
    return isinstance(node, PlusMinus) or any(map(holds_plus_minus, children(node)))


def as_list(rows: tuple[tuple[Node, ...], ...] | None) -> tuple[Node, ...] | None:
    """A matrix with one row or one column as a list."""
    if rows is None:
        return None
    return tuple(row[0] for row in rows) if all(len(row) == 1 for row in rows) else rows[0] if len(rows) == 1 else None


def elements(node: Node) -> tuple[Node, ...]:
    """The elements of a list; anything else is its only one."""
    return node.elements if isinstance(node, Tuple) else (node,)


def same_word(student: Node, reference: Node) -> Verdict:
    """Compare yes or no with another answer."""
    if student == reference:
        return Verdict("equal", "the same word", layer="form")
    shown = [
        node.name if isinstance(node, Constant) and node in TRUTHS else "a formula" for node in (student, reference)
    ]
    witness = Witness((), shown[0], shown[1], "form")
    return Verdict("different", "one answer says yes where the other does not", witness, "form")
