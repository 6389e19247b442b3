"""Random formulas: what is only written differently stays equal, and what is changed is told apart or proven equal."""

from collections.abc import Callable
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.mathematics.comparing import compare
from grader.mathematics.kinds import declare
from grader.mathematics.substituting import mapped, substitute
from grader.mathematics.tree import Add, Apply, Divide, Fold, Indexed, Multiply, Negate, Node, Number, Power, Symbol
from grader.mathematics.verdict import EXACT, Policy

DECLARATION = declare({"x": "real", "y": "real", "a": "positive", "n": "positive-integer", "z": "sequence real"})
POLICY = Policy(diagnose=False)
NAMES = ("x", "y", "a")


def number(value: int | Fraction) -> Node:
    return Number(Fraction(value))


LEAVES = st.one_of(st.sampled_from([Symbol(name) for name in NAMES]), st.integers(-5, 9).map(number))


def larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda many: Add(tuple(many))),
        st.lists(inner, min_size=2, max_size=3).map(lambda many: Multiply(tuple(many))),
        inner.map(Negate),
        st.tuples(inner, st.integers(2, 3)).map(lambda pair: Power(pair[0], number(pair[1]))),
        inner.map(lambda one: Divide(one, Add((Power(one, number(2)), number(1))))),
    )


RATIONAL = st.recursive(LEAVES, larger, max_leaves=7)
SMOOTH = st.tuples(RATIONAL, st.sampled_from(["sin", "exp", "tanh", "sigmoid"])).map(
    lambda pair: Add(
        (
            Apply(
                pair[1],
                (
                    Divide(
                        pair[0],
                        Add((number(1), Power(pair[0], number(2)))),
                    ),
                ),
            ),
            Symbol("x"),
        )
    )
)
FOLDED = RATIONAL.map(
    lambda body: Fold("sum", Multiply((body, Indexed("z", (Symbol("i"),)), Symbol("i"))), "i", number(1), Symbol("n"))
)
FORMULAS = st.one_of(RATIONAL, SMOOTH, FOLDED)


def commuted(node: Node) -> Node:
    inner = mapped(node, commuted)
    if isinstance(inner, Add):
        return Add(inner.terms[::-1])
    return Multiply(inner.factors[::-1]) if isinstance(inner, Multiply) else inner


def distributed(node: Node) -> Node:
    inner = mapped(node, distributed)
    match inner:
        case Multiply(factors=(first, Add(terms=terms))):
            return Add(tuple(Multiply((first, term)) for term in terms))
        case Power(base=base, exponent=Number(value=value)) if value == 2:
            return Multiply((base, base))
        case _:
            return inner


def renamed(node: Node) -> Node:
    inner = mapped(node, renamed)
    if isinstance(inner, Fold):
        return Fold(inner.operator, substitute(inner.body, inner.index, Symbol("k")), "k", inner.lower, inner.upper)
    return inner


def split(node: Node) -> Node:
    inner = mapped(node, split)
    if isinstance(inner, Fold) and inner.upper is not None:
        last = substitute(inner.body, inner.index, inner.upper)
        before = Fold("sum", inner.body, inner.index, inner.lower, Add((inner.upper, number(-1))))
        return Add((before, last))
    return inner


def nested_minus(node: Node) -> Node:
    return Negate(Negate(Divide(node, number(1))))


REWRITES: list[Callable[[Node], Node]] = [commuted, distributed, renamed, split, nested_minus]


@settings(max_examples=120, deadline=None)
@given(FORMULAS, st.lists(st.sampled_from(REWRITES), min_size=1, max_size=3))
def test_another_way_of_writing_stays_equal(formula: Node, rewrites: list[Callable[[Node], Node]]):
    other = formula
    for rewrite in rewrites:
        other = rewrite(other)

    verdict = compare(other, formula, DECLARATION, EXACT, POLICY)

    assert verdict.verdict == "equal", verdict


def leaves(node: Node) -> list[Node]:
    found: list[Node] = []

    def visit(one: Node) -> Node:
        if isinstance(one, (Number, Symbol)):
            found.append(one)
        return Power(visit(one.base), one.exponent) if isinstance(one, Power) else mapped(one, visit)

    visit(node)
    return found


def mutated(node: Node, place: int, replacement: Node) -> Node:
    count = -1

    def visit(one: Node) -> Node:
        nonlocal count
        if isinstance(one, (Number, Symbol)):
            count += 1
            return replacement if count == place else one
        return Power(visit(one.base), one.exponent) if isinstance(one, Power) else mapped(one, visit)

    return visit(node)


def value(node: Node, at: dict[str, Fraction]) -> Fraction:
    """The exact value, computed here and by nothing of ours."""
    match node:
        case Number(value=known):
            return known
        case Symbol(name=name):
            return at[name]
        case Add(terms=terms):
            return sum((value(term, at) for term in terms), Fraction(0))
        case Multiply(factors=factors):
            product = Fraction(1)
            for factor in factors:
                product *= value(factor, at)
            return product
        case Negate(body=body):
            return -value(body, at)
        case Divide(numerator=top, denominator=bottom):
            return value(top, at) / value(bottom, at)
        case Power(base=base, exponent=Number(value=count)):
            return value(base, at) ** int(count)
    raise AssertionError(node)


@settings(max_examples=150, deadline=None)
@given(RATIONAL, st.data())
def test_a_changed_formula_is_told_apart_or_is_equal(formula: Node, data: st.DataObject):
    places = leaves(formula)
    place = data.draw(st.integers(0, len(places) - 1))
    replacement = data.draw(LEAVES)
    changed = mutated(formula, place, replacement)

    verdict = compare(changed, formula, DECLARATION, EXACT, POLICY)

    if verdict.verdict == "different":
        assert verdict.witness is not None
        at = {name: Fraction(1) for name in NAMES} | {name: Fraction(text) for name, text in verdict.witness.values}
        assert shown(changed, at) == rational(verdict.witness.student)
        assert shown(formula, at) == rational(verdict.witness.reference)
        assert shown(changed, at) != shown(formula, at)
    else:
        assert verdict.equal, verdict
        for step in range(3):
            at = {name: Fraction(7 + 3 * step + index, 5 + step) for index, name in enumerate(NAMES)}
            values = shown(changed, at), shown(formula, at)
            assert None in values or values[0] == values[1]


def shown(node: Node, at: dict[str, Fraction]) -> Fraction | None:
    try:
        return value(node, at)
    except ZeroDivisionError:
        return None


def rational(text: str) -> Fraction | None:
    return None if text.startswith("undefined") else Fraction(text)
