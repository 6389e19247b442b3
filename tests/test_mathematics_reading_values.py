"""What sympy prints, as text and as LaTeX, is read as what it is worth: an independent witness for the reader."""

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from grader.mathematics.kinds import declare
from grader.mathematics.reading import Reading, read
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Constant,
    Divide,
    Fold,
    Multiply,
    Negate,
    Node,
    Number,
    Power,
    Relation,
    Symbol,
)

POINT = {"x": 0.7312, "y": 1.4187, "alpha": 0.3571, "n": 3.0}
DECLARATION = declare({"x": "real", "y": "real", "alpha": "real", "n": "positive integer"})
X, Y, ALPHA = sympy.symbols("x y alpha")
N = sympy.Symbol("n", integer=True)
K = sympy.Symbol("k", integer=True)
FUNCTIONS: dict[str, Callable[..., float]] = {
    **{
        name: getattr(math, name)
        for name in ("exp", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "asinh")
    },
    "abs": abs,
    "floor": math.floor,
    "ceil": math.ceil,
    "max": max,
    "min": min,
    "erf": math.erf,
    "log": lambda value, base=math.e: math.log(value) / math.log(base),
    "root": lambda value, degree: value ** (1 / degree),
    "factorial": lambda value: math.gamma(value + 1),
    "binomial": lambda above, below: math.gamma(above + 1) / (math.gamma(below + 1) * math.gamma(above - below + 1)),
}
COMPARED = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__, "=": float.__eq__}


def value(node: Node, point: dict[str, float]) -> float:
    match node:
        case Number(value=number):
            return float(number)
        case Constant(name=name):
            return {"pi": math.pi, "e": math.e}[name]
        case Symbol(name=name):
            return point[name]
        case Add(terms=terms):
            return sum(value(term, point) for term in terms)
        case Negate(body=body):
            return -value(body, point)
        case Multiply(factors=factors):
            return math.prod(value(factor, point) for factor in factors)
        case Divide(numerator=above, denominator=below):
            return value(above, point) / value(below, point)
        case Power(base=base, exponent=exponent):
            return value(base, point) ** value(exponent, point)
        case Apply(function=function, arguments=arguments):
            return float(FUNCTIONS[function](*(value(argument, point) for argument in arguments)))
        case Fold():
            assert node.lower is not None
            assert node.upper is not None
            low, high = round(value(node.lower, point)), round(value(node.upper, point))
            values = [value(node.body, {**point, node.index: float(k)}) for k in range(low, high + 1)]
            return math.fsum(values) if node.operator == "sum" else math.prod(values)
        case Cases(branches=branches):
            return next(
                value(body, point) for body, condition in branches if condition is None or holds(condition, point)
            )
        case _:
            raise NotImplementedError(node)


def holds(condition: Node, point: dict[str, float]) -> bool:
    assert isinstance(condition, Relation)
    values = [float(value(operand, point)) for operand in condition.operands]
    return all(
        COMPARED[sign](one, other) for sign, one, other in zip(condition.operators, values, values[1:], strict=False)
    )


leaves = st.one_of(
    st.sampled_from((X, Y, ALPHA, N, sympy.pi, sympy.E)),
    st.integers(-5, 9).map(sympy.Integer),
    st.builds(sympy.Rational, st.integers(1, 9), st.integers(2, 9)),
)


def deeper(inner: st.SearchStrategy[sympy.Expr]) -> st.SearchStrategy[sympy.Expr]:
    return st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(lambda a, b: a - b, inner, inner),
        st.builds(lambda a, b: a / b, inner, inner),
        st.builds(lambda a, b: a**b, inner, st.sampled_from((2, 3, -1, sympy.Rational(1, 2), N, X))),
        st.builds(lambda f, a: f(a), st.sampled_from((sympy.exp, sympy.sin, sympy.cos, sympy.tanh, sympy.Abs)), inner),
        st.builds(lambda a: sympy.log(1 + a**2), inner),
        st.builds(lambda a: sympy.sqrt(1 + a**2), inner),
        st.builds(lambda a: sympy.floor(a * 3), inner),
        st.builds(lambda a: sympy.Sum(a * K, (K, 1, N)), inner),
        st.builds(lambda a: sympy.Product(1 + a**2 / K, (K, 1, N)), inner),
        st.builds(lambda a, b: sympy.Piecewise((a, X > Y), (b, True)), inner, inner),
        st.builds(largest, inner, inner),
    )


def largest(first: sympy.Expr, second: sympy.Expr) -> sympy.Expr:
    try:
        return sympy.Max(first, second)
    except ValueError:
        return first  # sympy does not compare infinities without a sign


def worth(expression: sympy.Expr) -> complex:
    try:
        at_point = expression.subs({X: POINT["x"], Y: POINT["y"], ALPHA: POINT["alpha"], N: 3})
        return complex(sympy.N(at_point.doit(), 20))
    except (ValueError, TypeError, ZeroDivisionError, OverflowError):
        return complex(0, 1)  # no real value, so nothing to compare


expressions = st.recursive(leaves, deeper, max_leaves=8)


@pytest.mark.parametrize("printed", [str, sympy.latex], ids=["text", "latex"])
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(expression=expressions)
def test_what_sympy_prints_is_worth_the_same(expression: sympy.Expr, printed: Callable[[sympy.Expr], str]):
    expected = worth(expression)
    assume(abs(expected.imag) < 1e-12 and 1e-9 < abs(expected.real) < 1e9)
    rounded = [worth(one.args[0]) for one in expression.atoms(sympy.floor, sympy.ceiling)]
    assume(all(abs(one.real - round(one.real)) > 1e-9 for one in rounded))
    text = printed(expression)
    assume(len(text) < 2000 and not expression.has(sympy.zoo, sympy.nan, sympy.re, sympy.im))

    reading = read(text, DECLARATION, syntax="latex" if printed is sympy.latex else "text")

    assert isinstance(reading, Reading), f"{text}\n{reading}"
    try:
        found = value(reading.node, POINT)
    except (ValueError, OverflowError, ZeroDivisionError):
        return  # not a real value where sympy's is
    assert isinstance(found, complex) or math.isclose(found, expected.real, rel_tol=1e-6, abs_tol=1e-9), text


def test_the_evaluator_of_this_test_is_right():
    reading = read("2*x**2 - 1/3", DECLARATION)

    assert isinstance(reading, Reading)
    assert value(reading.node, {"x": 3.0}) == pytest.approx(float(18 - Fraction(1, 3)))
