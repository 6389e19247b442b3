"""What courses write without declaring it: sets, entropies, Bellman sums, labels, gradients, layers, ties."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.kinds import Declaration
from grader.mathematics.mathml import to_mathml
from grader.mathematics.printing import to_latex
from grader.mathematics.reading import Reading, Refusal, infer, read
from grader.mathematics.tree import Constant, Node, Relation, SetOperation, Symbol
from tests.deciding import undeclared

A, B, C = map(Symbol, "ABC")
EMPTY = Constant("empty")
ACCEPTED = {"equal", "equal where both are defined"}


def union(*parts: Node) -> Node:
    return SetOperation("union", parts)


def inside(*parts: Node) -> Node:
    return SetOperation("intersection", parts)


def without(*parts: Node) -> Node:
    return SetOperation("difference", parts)


def complement(part: Node) -> Node:
    return SetOperation("complement", (part,))


def states(operator: str, first: Node, second: Node) -> Node:
    return Relation((operator,), (first, second))


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (SetOperation("symmetric", (A, B)), union(without(A, B), without(B, A))),
        (complement(union(A, B)), inside(complement(A), complement(B))),
        (states("subset", A, B), states("=", inside(A, B), A)),
        (states("subset", A, B), states("=", without(A, B), EMPTY)),
        (states("subset", A, B), states("subset", complement(B), complement(A))),
        (without(A, B, C), inside(without(A, B), without(A, C))),
    ],
)
def test_laws_of_sets_hold(student: Node, reference: Node):
    verdict = compare(student, reference, Declaration({}))

    assert verdict.verdict == "equal", verdict


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (without(A, B), without(B, A)),
        (states("subset", A, B), states("subset", B, A)),
        (states("subset", A, B), states("=", inside(A, B), EMPTY)),
        (union(A, B), inside(A, B)),
    ],
)
def test_the_witness_of_sets_is_where_a_point_lies(student: Node, reference: Node):
    verdict = compare(student, reference, Declaration({}))

    assert verdict.verdict == "different", verdict
    assert verdict.witness is not None
    assert {name for name, _ in verdict.witness.values} == {"A", "B"}
    assert verdict.witness.student != verdict.witness.reference


def test_a_swapped_divergence_differs_at_weights_that_prove_it():
    verdict = undeclared(r"D_{KL}(p\|q)", r"D_{KL}(q\|p)")
    values = dict(verdict["witness"]["values"])
    weights = {name: [Fraction(v) for key, v in values.items() if key.startswith(f"{name}[")] for name in "pq"}

    assert verdict["verdict"] == "different"
    assert len(weights["p"]) == len(weights["q"]) > 1
    assert [w / sum(weights["p"]) for w in weights["p"]] != [w / sum(weights["q"]) for w in weights["q"]]


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (r"G_t=\sum_{k=0}^\infty\gamma^kR_{t+k+1}", r"R_{t+1}+\gamma G_{t+1}", {"equal"}),
        (r"G_t=\sum_{k=0}^\infty\gamma^kR_{t+k}", r"R_{t+1}+\gamma G_{t+1}", {"undecided"}),
        (r"\bar x", r"\frac1n\sum_{i=1}^n x_i", {"equal"}),
        (r"1-\sum_{k=1}^Kp_k^2", r"\sum_{k=1}^Kp_k(1-p_k)", {"undecided"}),
        (r"\frac{1}{\sqrt{2\pi\sigma^2}}", r"\frac{1}{\sigma\sqrt{2\pi}}", {"equal"}),
        (r"\sqrt{x^2}", "x", {"different"}),
        (r"\sigma^2=\frac1n", r"\frac1n", {"equal"}),
        (r"\sigma^2=\frac2n", r"\frac1n", {"different"}),
        (r"x^2=\frac1n", r"\frac1n", {"undecided"}),
        (r"H(X)", r"-\sum_x p(x)\log_2 p(x)", {"undecided"}),
        (r"\Theta(n)", "O(n)", {"undecided"}),
        (r"-\sum_{i=1}^n\log p_i", r"-\sum_{i=1}^n\log(1-p_i)", {"different"}),
        (r"\log(1-a-b-c-d)+\log a+\log b+\log c+\log d", r"\log(abcd(1-a-b-c-d))", ACCEPTED),
        (r"\log(a-b)+\log(b-c)", r"\log((a-b)(c-b))", {"different"}),
        (r"\det(AB)", r"\det(A)\det(B)", {"equal"}),
        (r"\|A\|_F^2", r"\sum_{i=1}^m\sum_{j=1}^na_{ij}^2", {"equal"}),
    ],
)
def test_what_is_tied_is_no_difference(student: str, reference: str, expected: set[str]):
    verdict = undeclared(student, reference)

    assert verdict["verdict"] in expected, verdict


def test_formulas_of_a_narrow_region_differ_at_a_real_point_of_it():
    verdict = undeclared(r"\log(x-100)+\log(101-x)", r"\log(-x^2+201x-10000)")
    values = dict(verdict["witness"]["values"])

    assert verdict["verdict"] == "different"
    assert 100 < Fraction(values["x"]) < 101


@pytest.mark.parametrize(
    ("text", "shown", "drawn"),
    [
        (r"D_{KL}(q(z|x)\|p(z))", r"D_{\mathrm{KL}}\left(q\left(z \mid x\right) \,\|\, p\left(z\right)\right)", "‖"),
        (r"I(X;Y)", r"I\left(X; Y\right)", ";"),
        (r"\sum_a \pi(a|s) Q(s,a)", r"\sum_{a} \pi\left(a \mid s\right) Q\left(s, a\right)", "|"),
        (r"x_{1:n}", r"x_{1:n}", ":"),
        (r"x_{-i}", r"x_{-i}", "-"),
        (r"K_{**}", r"K_{**}", "**"),
    ],
)
def test_what_was_read_is_shown_as_courses_write_it(text: str, shown: str, drawn: str):
    reading = read(text, infer((text,)))

    assert isinstance(reading, Reading)
    assert to_latex(reading.node) == shown
    assert f">{drawn}<" in to_mathml(reading.node)
    assert "_" not in re.sub(r'alttext="[^"]*"', "", to_mathml(reading.node))


@pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u2066"])
def test_invisible_characters_are_refused_in_words_too(hidden: str):
    text = rf"900\text{{GB{hidden}/s}}"
    reading = read(text, infer((text,)))

    assert isinstance(reading, Refusal)
    assert "invisible" in str(reading)
