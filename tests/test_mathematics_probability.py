"""Expectations, variances, covariances and probabilities are decided by proof, with a model as witness."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.mathematics.balls import RealBalls
from grader.mathematics.distributions import Distribution, moments
from grader.mathematics.kinds import declare
from grader.mathematics.probability import settle
from grader.mathematics.reading import Reading, read
from grader.mathematics.verdict import Verdict

PLAIN = {"X": "random", "Y": "random", "Z": "random", "a": "real", "b": "real", "c": "real"}
IID = {"X": "random iid", "Y": "random iid", "a": "real"}
LAYER = {
    "w": "sequence random iid normal(0, sigma^2)",
    "z": "sequence random iid normal(0, 1)",
    "d": "positive-integer",
    "sigma": "positive",
}
NORMAL = {"z": "random iid normal(m, s^2)", "m": "real", "s": "positive", "t": "real"}
STANDARD = {"X": "random iid normal(0, 1)", "Y": "random iid normal(0, 1)"}
COUNTS = {"N": "random iid poisson(l)", "l": "positive", "k": "random iid binomial(n, p)", "n": "positive-integer"}
COUNTS |= {"p": "open-probability", "b": "random iid bernoulli(p)"}
LINES = {"T": "random iid exponential(l)", "l": "positive", "u": "random iid uniform(a, b)", "a": "real", "b": "real"}
EVENTS = {"A": "random", "B": "random", "C": "random"}


def decided(student: str, reference: str, symbols: dict[str, str]) -> Verdict | None:
    declaration = declare(symbols)
    sides = [read(text, declaration) for text in (student, reference)]
    assert all(isinstance(side, Reading) for side in sides), sides
    return settle(sides[0].node, sides[1].node, declaration)


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [
        ("E(a*X+b*Y+c)", "a*E(X)+b*E(Y)+c", PLAIN),
        (r"\operatorname{Var}(aX+b)", r"a^2\operatorname{Var}(X)", PLAIN),
        ("Var(X-Y)", "Var(X)+Var(Y)-2*Cov(X,Y)", PLAIN),
        ("Cov(a*X+b, c*Y)", "a*c*Cov(X,Y)", PLAIN),
        ("E((X-E(X))^3)", "E(X^3)-3*E(X)*E(X^2)+2*E(X)^3", PLAIN),
        ("Var(X+Y+Z)", "Var(X)+Var(Y)+Var(Z)+2*Cov(X,Y)+2*Cov(X,Z)+2*Cov(Y,Z)", PLAIN),
        (r"\mathbb E[\mathbb E[X \mid Y]]", r"\mathbb E[X]", PLAIN),
        (r"\mathbb E[XY \mid Y]", r"Y\,\mathbb E[X \mid Y]", PLAIN),
        (
            r"\operatorname{Var}(X)",
            r"\mathbb E[\operatorname{Var}(X\mid Y)]+\operatorname{Var}(\mathbb E[X\mid Y])",
            PLAIN,
        ),
        ("Var(X+Y)", "2*Var(X)", IID),
        ("E(X*Y)", "E(X)^2", IID),
        ("E((a*X-Y)^2)", "(a^2+1)*E(X^2)-2*a*E(X)^2", IID),
        (r"\operatorname{Var}\left[\sum_{i=1}^d w_i\max(z_i,0)\right]", r"\frac12 d\sigma^2", LAYER),
        (r"\mathbb E\left[\left(\sum_{i=1}^d w_iz_i\right)^4\right]", r"3d^2\sigma^4+6d\sigma^4", LAYER),
        ("E(z^3)", "m^3+3*m*s^2", NORMAL),
        ("E(exp(t*z))", "exp(m*t+s^2*t^2/2)", NORMAL),
        ("E(z*exp(t*z))", "(m+t*s^2)*exp(m*t+s^2*t^2/2)", NORMAL),
        ("P(z>m)", "1/2", NORMAL),
        ("E(abs(z-m))", "s*sqrt(2/pi)", NORMAL),
        ("E(relu(z)^2)+E(relu(-z)^2)", "m^2+s^2", NORMAL),
        ("P(X>Y)", "1/2", STANDARD),
        ("E(max(X,Y))", "1/sqrt(pi)", STANDARD),
        ("E(X^2*relu(Y))", "1/sqrt(2*pi)", STANDARD),
        ("P(-1<X<1)", "erf(1/sqrt(2))", STANDARD),
        ("Var(N)", "l", COUNTS),
        ("P(N>0)", "1-exp(-l)", COUNTS),
        ("E(N*(N-1))", "l^2", COUNTS),
        ("Var(k)", "n*p*(1-p)", COUNTS),
        ("E(b^5)", "p", COUNTS),
        ("E((b*l/p)^2)", "l^2/p", COUNTS),
        ("Var(T)", "1/l^2", LINES),
        ("P(T>1)", "exp(-l)", LINES),
        ("Var(u)", "(b-a)^2/12", LINES),
        ("P(A|B)", "P(B|A)*P(A)/P(B)", EVENTS),
        ("P(A,B,C)", "P(A|B,C)*P(B|C)*P(C)", EVENTS),
        (r"P(A \cup B)", "P(A)+P(B)-P(A,B)", EVENTS),
        ("P(A)", "P(A|B)*P(B)+P(A|not B)*(1-P(B))", EVENTS),
    ],
)
def test_identities_hold(student: str, reference: str, symbols: dict[str, str]) -> None:
    found = decided(student, reference, symbols)

    assert found is not None
    assert found.verdict == "equal"


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [
        ("a*Var(X)", "Var(a*X)", PLAIN),
        ("Var(X)+Var(Y)", "Var(X+Y)", PLAIN),
        ("E(X)*E(Y)", "E(X*Y)", PLAIN),
        ("E(X)^2", "E(X^2)", PLAIN),
        ("exp(E(X))", "E(exp(X))", PLAIN),
        ("E(X | Y)", "E(X)", PLAIN),
        ("E(Var(X | Y))", "Var(X)", PLAIN),
        ("E(X)/E(Y)", "E(X/Y)", IID),
        ("Var(X)-Var(Y)", "Var(X-Y)", IID),
        (r"d\sigma^2", r"\operatorname{Var}\left[\sum_{i=1}^d w_i\max(z_i,0)\right]", LAYER),
        (r"d\sigma^2\frac{\pi-1}{2\pi}", r"\operatorname{Var}\left[\sum_{i=1}^d w_i\max(z_i,0)\right]", LAYER),
        ("s^2", "E(z^2)", NORMAL),
        ("exp(m*t+s^2*t^2)", "E(exp(t*z))", NORMAL),
        ("l", "E(N^2)", COUNTS),
        ("n*p", "Var(k)", COUNTS),
        ("1/l", "Var(T)", LINES),
        ("P(B|A)", "P(A|B)", EVENTS),
        ("P(A)*P(B)", "P(A,B)", EVENTS),
        ("P(A)+P(B)", r"P(A \cup B)", EVENTS),
    ],
)
def test_wrong_identities_get_a_model_in_which_they_fail(student: str, reference: str, symbols: dict[str, str]) -> None:
    found = decided(student, reference, symbols)

    assert found is not None
    assert found.verdict == "different"
    assert found.witness is not None
    assert found.witness.values
    assert found.witness.student != found.witness.reference


def test_the_witness_can_be_followed_by_hand():
    found = decided("Var(X)+Var(Y)", "Var(X+Y)", PLAIN)
    assert found is not None
    assert found.witness is not None
    joint = {name: text for name, text in found.witness.values if name in ("X", "Y")}
    columns = {
        name: [(Fraction(part.split(" with ")[0]), Fraction(part.split()[-1])) for part in text.split(", ")]
        for name, text in joint.items()
    }

    def mean(values: list[Fraction]) -> Fraction:
        return sum((value * weight for value, (_, weight) in zip(values, columns["X"], strict=True)), Fraction(0))

    x, y = ([value for value, _ in columns[name]] for name in ("X", "Y"))
    both = [a + b for a, b in zip(x, y, strict=True)]
    spread = [mean([a * a for a in held]) - mean(held) ** 2 for held in (x, y, both)]

    assert Fraction(found.witness.student) == spread[0] + spread[1]
    assert Fraction(found.witness.reference) == spread[2]


def test_formulas_without_chance_are_left_to_other_layers():
    assert decided("a+b", "b+a", PLAIN) is None


def test_what_cannot_be_reached_is_not_decided():
    symbols = {"X": "random iid uniform(0, 1)", "Y": "random iid uniform(0, 1)"}

    assert decided("E(max(X,Y))", "2/3", symbols) is None


def test_parameters_without_sense_are_never_drawn():
    found = decided("E(u)", "(a+b)/2", LINES)

    assert found is not None
    assert found.verdict == "equal"


@settings(max_examples=40, deadline=None)
@given(
    st.fractions(-3, 3, max_denominator=8),
    st.fractions(min_value=Fraction(1, 4), max_value=4, max_denominator=8),
    st.fractions(-3, 3, max_denominator=8),
)
def test_normal_moments_of_two_halves_add_up(mean: Fraction, variance: Fraction, cut: Fraction) -> None:
    with ctx.workprec(128):
        system = RealBalls(128)
        mu, var, at = (arb(value.numerator) / value.denominator for value in (mean, variance, cut))
        held = Distribution("normal", (mu, var))

        below = moments(held, 5, system, None, at)
        above = moments(held, 5, system, at, None)
        whole = moments(held, 5, system)

        assert all((low + high).overlaps(arb(total)) for low, high, total in zip(below, above, whole, strict=True))
