"""Sums without end have values with proven bounds, and numbers are added to vectors entry by entry."""

from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given, settings
from hypothesis import strategies as some

from grader.mathematics.balls import RealBalls
from grader.mathematics.evaluating import Evaluator
from grader.mathematics.kinds import declare
from grader.mathematics.looks import Style
from grader.mathematics.pairs import pair_of
from grader.mathematics.reading import Reading, read
from grader.mathematics.verdict import Policy
from tests.deciding import decide

ACCEPTED = ("equal", "equal where both are defined")


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [
        (r"\sum_{k=0}^\infty \gamma^k", r"\frac{1}{1-\gamma}", "gamma=probability"),
        (r"\frac{1}{1-\gamma}", r"\sum_{k=0}^\infty \gamma^k", ""),
        (r"\sum_{k\ge1} k p(1-p)^{k-1}", "1/p", "p=probability"),
        (r"\sum_{k=2}^\infty k(k-1)p(1-p)^{k-1}", r"\frac{2(1-p)}{p^2}", "p=open-probability"),
        (r"\sum_{k=0}^\infty \binom{k+2}{2}q^k", r"(1-q)^{-3}", "q=open-probability"),
        (r"\sum_{k=0}^\infty k e^{-bk}", r"\frac{e^{-b}}{(1-e^{-b})^2}", "b=positive"),
        (r"\sum_{k=0}^\infty k^2\frac{c^k e^{-c}}{k!}", "c+c^2", "c=positive"),
        (r"\sum_{k=0}^\infty (-1)^k\frac{x^{2k+1}}{(2k+1)!}", r"\sin x", "x=real"),
        (r"\sum_{k=1}^\infty \frac{x^k}{k}", r"-\ln(1-x)", ""),
        (
            r"\sum_{i=1}^\infty\sum_{j=1}^\infty a^ib^j",
            r"\frac{ab}{(1-a)(1-b)}",
            "a=open-probability;b=open-probability",
        ),
        (
            r"\sum_{t=0}^\infty\gamma^t r_t",
            r"r_0+\gamma\sum_{t=0}^\infty\gamma^t r_{t+1}",
            "gamma=open-probability;r=sequence real",
        ),
        (
            r"\sum_{t=0}^\infty\gamma^t(r_t+c)",
            r"\sum_{t=0}^\infty\gamma^t r_t+\frac{c}{1-\gamma}",
            "gamma=open-probability;r=sequence positive;c=real",
        ),
    ],
)
def test_sums_without_end_are_decided(student: str, reference: str, symbols: str):
    verdict = decide(student, reference, symbols)

    assert verdict.verdict in ACCEPTED, verdict


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [
        (r"\sum_{k=1}^\infty \gamma^k", r"\frac{1}{1-\gamma}", "gamma=probability"),
        (r"\sum_{k=1}^\infty kp(1-p)^k", "1/p", "p=probability"),
        (r"\sum_{k=0}^\infty k^2\frac{c^k e^{-c}}{k!}", "c^2", "c=positive"),
        (r"\sum_{t=1}^\infty\gamma^t r_t", r"\sum_{t=0}^\infty\gamma^t r_t", "gamma=open-probability;r=sequence real"),
        (r"\sum_{k=0}^{100} r_k", r"\sum_{k=0}^\infty r_k", "r=sequence real"),
        (r"\sum_{k=0}^n g^kr_k", r"\sum_{k=0}^\infty g^kr_k", "g=open-probability;n=positive-integer;r=sequence real"),
        (r"\sum_{k=0}^{100}\frac{x^k}{k!}", r"\sum_{k=0}^\infty\frac{x^k}{k!}", "x=probability"),
        (r"\sum_{k=0}^{200}\frac{x^k}{k!}", "e^x", "x=probability"),
        (r"\sum_{k=0}^{400} g^k", r"\frac{1}{1-g}", "g=open-probability"),
        (r"\sum_{i=1}^\infty p_i^2", r"\sum_{i=1}^\infty p_i", "p=sequence probability"),
        (r"\sum_{k=0}^\infty (-1)^k\frac{x^{2k}}{(2k)!}", r"\sin x", "x=real"),
    ],
)
def test_other_sums_without_end_are_told_apart(student: str, reference: str, symbols: str):
    assert decide(student, reference, symbols).verdict == "different"


def test_a_sum_that_does_not_converge_has_no_value():
    verdict = decide(r"\sum_{k=0}^\infty x^k", "1/(1-x)", "x=real")

    assert verdict.verdict == "equal where both are defined"
    assert verdict.witness is not None
    assert "does not converge" in verdict.witness.student


@settings(max_examples=20, deadline=None)
@given(
    factors=some.lists(some.integers(-9, 9), min_size=1, max_size=5),
    ratio=some.fractions(Fraction(-4, 5), Fraction(4, 5), max_denominator=50),
    shift=some.integers(0, 4),
    below=some.sampled_from(["1", "k!", "(k+1)", "(k^2+1)", "(2k+1)!"]),
)
def test_values_are_those_of_independent_sums(factors: list[int], ratio: Fraction, shift: int, below: str):
    polynomial = "+".join(f"({factor})*k^{power}" for power, factor in enumerate(factors))
    declaration = declare({"k": "index"})
    text = rf"\sum_{{k={shift}}}^\infty \frac{{({polynomial})({ratio})^k}}{{{below}}}"
    found = read(text, declaration)
    assert isinstance(found, Reading), found
    point = pair_of(found.node, found.node, declaration, Policy()).point(Style("plain"))
    with ctx.workprec(128):
        value = arb(Evaluator(RealBalls(128), point).scalar(found.node))

    def term(k: mpmath.mpf) -> mpmath.mpf:
        divisor = {"1": 1, "k!": mpmath.factorial(k), "(k+1)": k + 1, "(k^2+1)": k**2 + 1}
        above = sum(factor * k**power for power, factor in enumerate(factors))
        return (
            above
            * mpmath.mpf(ratio.numerator) ** k
            / mpmath.mpf(ratio.denominator) ** k
            / (divisor.get(below) or mpmath.factorial(2 * k + 1))
        )

    with mpmath.workdps(30):
        independent = mpmath.fsum(term(mpmath.mpf(k)) for k in range(shift, 500))
    scale = 1 + abs(float(independent))
    assert abs(float(value.mid()) - float(independent)) < 1e-12 * scale
    assert float(value.rad()) < 1e-20 * scale


@pytest.mark.parametrize(
    ("student", "reference", "symbols", "equal"),
    [
        (r"\operatorname{softmax}(x+c)", r"\operatorname{softmax}(x)", "x=vector n;c=real", True),
        (r"\operatorname{softmax}(x-\max(x))", r"\operatorname{softmax}(x)", "x=vector n", True),
        (r"\operatorname{softmax}(cx)", r"\operatorname{softmax}(x)", "x=vector n;c=positive", False),
        ("Xw+b", r"Xw+b\mathbf 1", "X=matrix n d;w=vector d;b=real", True),
        (r"z\odot(1-z)\odot W^\top u", r"(W^\top u)\odot z\odot(1-z)", "W=matrix k d;u=vector k;z=vector d", True),
        (r"z\odot(1+z)\odot W^\top u", r"(W^\top u)\odot z\odot(1-z)", "W=matrix k d;u=vector k;z=vector d", False),
        ("x+1", "1", "x=vector n", False),
        ("x-x^Ty", "x", "x=vector n;y=vector n", False),
    ],
)
def test_a_number_is_added_to_every_entry_of_a_vector(student: str, reference: str, symbols: str, *, equal: bool):
    assert decide(student, reference, symbols).equal is equal


def test_a_number_is_not_added_to_a_matrix():
    assert not decide("A+c", r"A+c I", "A=matrix n n;c=real").equal


def test_a_limit_at_the_edge_of_a_kind_has_no_value():
    verdict = decide(r"\lim_{t\to\infty} g\frac{1-\mu^t}{1-\mu}", r"\frac{g}{1-\mu}", "g=positive;mu=probability")

    assert verdict.verdict in ACCEPTED, verdict


def test_an_exact_value_of_a_geometric_sum_is_exact():
    declaration = declare({"k": "index"})
    found = read(r"\sum_{k=0}^\infty (k+1)(1/3)^k", declaration)
    assert isinstance(found, Reading)
    point = pair_of(found.node, found.node, declaration, Policy()).point(Style("plain"))

    assert Evaluator(RealBalls(128), point).scalar(found.node) == fmpq(9, 4)


def test_ranges_that_run_backwards_wherever_two_differ_prove_nothing():
    backwards = r"\sum_{j=1}^L K_j \prod_{i=j}^{1-1} S_i"

    assert decide(backwards, r"\sum_{j=1}^L K_j \prod_{i=1}^{j-1} S_i").verdict == "undecided"
    assert decide(r"\sum_{j=1}^L K_j \prod_{i=0}^{j-2} S_{i+1}", r"\sum_{j=1}^L K_j \prod_{i=1}^{j-1} S_i").equal
