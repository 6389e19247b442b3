"""What is printed reads back as the same tree, in either syntax, and MathML is well formed and escaped."""

from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.mathematics.kinds import declare
from grader.mathematics.mathml import to_mathml
from grader.mathematics.printing import to_latex, to_text
from grader.mathematics.reading import Reading, read
from grader.mathematics.tree import (
    Add,
    Apply,
    Cases,
    Constant,
    Covariance,
    Derivative,
    Divide,
    Expectation,
    FiniteSet,
    Fold,
    Gradient,
    Growth,
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
    Quantity,
    Relation,
    SetOperation,
    Symbol,
    Tuple,
    Variance,
)

DECLARATION = declare(
    {
        "x": "real",
        "y": "real",
        "n": "positive integer",
        "L": "positive integer",
        "sigma": "positive",
        "beta_1": "probability",
        "W_in": "integer",
        "m_hat": "real",
        "theta_star": "real",
        "lambda_max": "positive",
        "K": "sequence positive integer",
        "m_w": "sequence real",
        "A": "matrix n n",
        "B": "matrix n n",
        "w": "vector n",
        "Z": "random",
        "z": "random iid",
        "f": "function",
        "g": "function 2",
    }
)
SCALARS = ("x", "y", "n", "L", "sigma", "beta_1", "W_in", "m_hat", "theta_star", "lambda_max")
ONE_ARGUMENT = (
    *(
        "exp",
        "log",
        "sqrt",
        "abs",
        "floor",
        "ceil",
        "sign",
        "factorial",
        "sin",
        "cos",
        "tan",
        "asin",
        "atan",
        "sinh",
        "tanh",
    ),
    *("sigmoid", "relu", "softplus", "gamma_function", "normal_cdf", "erf", "asinh", "cot", "logit"),
)

numbers = st.one_of(
    st.integers(0, 10**12).map(lambda value: Number(Fraction(value))),
    st.tuples(st.integers(0, 10**6), st.integers(1, 8)).map(
        lambda pair: Number(Fraction(pair[0], 10 ** pair[1]), pair[1])
    ),
)
symbols = st.sampled_from(SCALARS).map(Symbol)
constants = st.sampled_from(("pi", "e", "infinity")).map(Constant)
indices = st.one_of(st.sampled_from((Symbol("n"), Symbol("L"))), st.integers(0, 9).map(lambda v: Number(Fraction(v))))


def tuples(strategy: st.SearchStrategy[Node], fewest: int = 2, most: int = 4) -> st.SearchStrategy[tuple[Node, ...]]:
    return st.lists(strategy, min_size=fewest, max_size=most).map(tuple)


members = st.one_of(
    st.builds(Indexed, st.sampled_from(("K", "m_w", "w", "z")), st.tuples(indices)),
    st.builds(Indexed, st.just("A"), st.tuples(indices, indices)),
)
leaves = st.one_of(numbers, symbols, constants, members)


def deeper(scalars: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    body = st.one_of(scalars, st.just(Indexed("K", (Symbol("k"),))), st.builds(Power, scalars, st.just(Symbol("k"))))
    k = st.just("k")
    relation = st.builds(
        Relation,
        st.sampled_from(("=", "!=", "<", "<=", ">", ">=", "~=")).map(lambda sign: (sign,)),
        st.tuples(scalars, scalars),
    )
    return st.one_of(
        st.builds(Add, tuples(st.one_of(scalars, scalars.map(Negate), scalars.map(PlusMinus)))),
        st.builds(Multiply, tuples(scalars)),
        st.builds(Divide, scalars, scalars),
        st.builds(Power, scalars, scalars),
        scalars.map(Negate),
        st.builds(Apply, st.sampled_from(ONE_ARGUMENT), st.tuples(scalars)),
        st.builds(Apply, st.just("root"), st.tuples(scalars, st.integers(3, 9).map(lambda v: Number(Fraction(v))))),
        st.builds(Apply, st.just("log"), st.tuples(scalars, scalars)),
        st.builds(Apply, st.sampled_from(("binomial", "mod", "atan2", "g")), st.tuples(scalars, scalars)),
        st.builds(Apply, st.just("f"), st.tuples(scalars)),
        st.builds(Apply, st.sampled_from(("max", "min")), tuples(scalars)),
        st.builds(Apply, st.just("indicator"), st.tuples(relation)),
        st.builds(Fold, st.sampled_from(("sum", "max", "min")), body, k, scalars, scalars),
        st.builds(Fold, st.just("product"), body, k, indices, scalars),
        st.builds(Fold, st.just("sum"), body, k),
        st.builds(Integral, scalars, st.just("y"), scalars, scalars),
        st.builds(Integral, scalars, st.just("y")),
        st.builds(Limit, scalars, st.just("n"), st.just(Constant("infinity"))),
        st.builds(Limit, scalars, st.just("x"), numbers, st.sampled_from(("", "+", "-"))),
        st.builds(Derivative, scalars, st.just(((Symbol("x"), 1),)), st.booleans()),
        st.builds(Derivative, scalars, st.just(((Symbol("x"), 2), (Symbol("sigma"), 1))), st.booleans()),
        st.builds(Cases, st.tuples(st.tuples(scalars, relation), st.tuples(scalars, st.none()))),
        st.builds(Expectation, st.one_of(scalars, st.just(Symbol("Z"))), st.one_of(st.none(), relation)),
        st.builds(Variance, scalars),
        st.builds(Covariance, scalars, scalars),
        st.builds(Probability, relation, st.one_of(st.none(), relation)),
    )


scalars = st.recursive(leaves, deeper, max_leaves=12)
matrices = st.recursive(
    st.sampled_from((Symbol("A"), Symbol("B"))),
    lambda inner: st.one_of(
        inner.map(lambda node: Apply("transpose", (node,))),
        inner.map(lambda node: Apply("inverse", (node,))),
        inner.map(lambda node: Apply("pinv", (node,))),
        st.builds(Add, tuples(inner)),
        st.builds(Multiply, tuples(inner)),
        st.builds(Apply, st.sampled_from(("hadamard", "kronecker")), st.tuples(inner, inner)),
        st.builds(Power, inner, st.just(Number(Fraction(2)))),
    ),
    max_leaves=8,
)
relations = st.one_of(
    st.builds(Relation, st.just(("=",)), st.tuples(scalars, scalars)),
    st.builds(Relation, st.just(("<=", "<")), st.tuples(scalars, scalars, scalars)),
)
formulas = st.one_of(
    scalars,
    matrices,
    matrices.map(lambda node: Apply("trace", (node,))),
    matrices.map(lambda node: Apply("det", (node,))),
    relations,
    st.builds(Logic, st.sampled_from(("and", "or")), tuples(relations)),
    st.builds(Tuple, tuples(scalars), st.sampled_from(("(", "["))),
    st.builds(FiniteSet, tuples(scalars)),
    st.builds(Interval, scalars, scalars, st.just(True), st.just(False)),
    st.builds(
        SetOperation, st.sampled_from(("union", "intersection")), tuples(st.builds(FiniteSet, tuples(scalars)), 2, 2)
    ),
    st.builds(
        lambda rows: Matrix(tuple(rows)),
        st.integers(1, 3).flatmap(lambda width: tuples(tuples(scalars, width, width), 1, 3)),
    ),
    st.builds(Growth, st.sampled_from(("O", "Theta", "Omega", "o")), scalars),
    st.builds(Quantity, numbers, st.sampled_from(("MB", "MiB", "percent", "ms", "degrees"))),
    st.builds(Gradient, scalars, st.one_of(st.none(), st.just(Symbol("x")))),
)


def _back(text: str, syntax: str) -> Node:
    reading = read(text, DECLARATION, syntax=syntax)
    assert isinstance(reading, Reading), f"{text}\n{reading}"
    return reading.node


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(formulas)
def test_latex_reads_back(node: Node):
    text = to_latex(node)

    assert len(text) > 4096 or _back(text, "latex") == node


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(formulas)
def test_text_reads_back(node: Node):
    text = to_text(node)

    assert len(text) > 4096 or _back(text, "text") == node


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(formulas)
def test_mathml_is_well_formed(node: Node):
    root = ET.fromstring(to_mathml(node))  # noqa: S314 - our own output

    assert root.attrib["alttext"] == to_latex(node)


@pytest.mark.parametrize("name", ["<script>", "x&y", 'a"b', "a'b>"])
def test_mathml_escapes_names(name: str):
    shown = to_mathml(Add((Symbol(name), Indexed(name, (Symbol(name),)), Apply(name, (Symbol(name),)))))

    ET.fromstring(shown)  # noqa: S314 - our own output
    assert "<script" not in shown


def test_a_cross_product_is_shown_with_its_sign():
    declaration = declare({"u": "vector n", "v": "vector n", "a": "real"})

    reading = read(r"a (u \times v)", declaration)

    assert isinstance(reading, Reading)
    assert to_latex(reading.node) == r"a \left(u \times v\right)"
