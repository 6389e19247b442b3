"""A wrong answer is explained only when undoing the slip makes it right, and never by the expected formula."""

from __future__ import annotations

import time

import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.diagnosis import diagnose
from grader.mathematics.kinds import declare
from grader.mathematics.mutations import MESSAGES, places
from grader.mathematics.reading import Reading, read
from grader.mathematics.tree import Node
from grader.mathematics.verdict import EXACT, Diagnosis, Policy, Verdict

LAYER = {"d": "positive-integer", "sigma": "positive"}
MOMENTUM = {"c": "positive", "eta": "positive", "beta": "open-probability", "t": "positive-integer"}
REALS = {"x": "real", "y": "real"}
SQUARE = {"A": "matrix n n", "B": "matrix n n"}


def explained(student: str, reference: str, symbols: dict[str, str]) -> tuple[Diagnosis, ...]:
    declaration = declare(symbols)
    sides = [read(text, declaration) for text in (student, reference)]
    assert all(isinstance(side, Reading) for side in sides), sides

    def decide(first: Node, second: Node) -> Verdict:
        return compare(first, second, declaration, EXACT, Policy(diagnose=False))

    assert decide(sides[0].node, sides[1].node).verdict == "different"
    return diagnose(sides[0].node, sides[1].node, declaration, decide, effort=1_000_000)


@pytest.mark.parametrize(
    ("student", "reference", "symbols", "name"),
    [
        ("d*sigma^2", "d*sigma^2/2", LAYER, "constant-factor"),
        ("sigma^2/2", "d*sigma^2/2", LAYER, "missing-symbol"),
        (r"\frac{d\sigma}{2}", r"\frac12d\sigma^2", LAYER, "missing-symbol"),
        ("d^2*sigma^2/2", "d*sigma^2/2", LAYER, "extra-symbol"),
        ("-d*sigma^2/2", "d*sigma^2/2", LAYER, "sign"),
        ("2/d", "sqrt(2/d)", LAYER, "square"),
        ("sqrt(sqrt(2/d))", "sqrt(2/d)", LAYER, "root"),
        ("sqrt(d/2)", "sqrt(2/d)", LAYER, "reciprocal"),
        ("d+sigma", "d+sigma^2", LAYER, "deviation"),
        ("c*(1-beta^(t+1))/(1-beta)", "c*(1-beta^t)/(1-beta)", MOMENTUM, "off-by-one"),
        (r"c\sum_{k=0}^{t}\beta^k", r"c\sum_{k=0}^{t-1}\beta^k", MOMENTUM, "bounds"),
        ("c/(1-beta)", "c*(1-beta^t)/(1-beta)", MOMENTUM, "asymptotic"),
        (r"A^\top B^\top", r"(AB)^\top", SQUARE, "order"),
        ("A*B", r"(A*B)^T", SQUARE, "transposed"),
        ("B*A", "A*B", SQUARE, "order"),
        ("log10(x)", "log(x)", {"x": "positive"}, "log-base"),
        ("sin(30)", "1/2", {}, "degrees"),
        ("0.33", "1/3", {}, "rounded"),
        ("0.693*x", "x*log(2)", REALS, "rounded"),
        ("45", "pi/4", {}, "degrees"),
        ("log10(x)+1", "log2(x)+1", {"x": "positive"}, "log-base"),
        ("x^2+y^2+x", "x^2-y^2+x", REALS, "sign-of-term"),
        ("x-2*y", "y-2*x", REALS, "swapped"),
        ("ceil(d/2)", "floor(d/2)", LAYER, "rounding-direction"),
        ("x^2/2+x", "x^2/2+x+5", REALS, "additive-constant"),
        ("x^2+3*x*y+y", "x^2+y", REALS, "extra-term"),
        ("1-x", "x", REALS, "complement"),
        ("x<=y", "x<y", REALS, "boundary"),
        ("x>y", "x<y", REALS, "reversed"),
        ("P(B|A)", "P(A|B)", {"A": "random", "B": "random"}, "condition-swapped"),
        ("binomial(d,7)", "binomial(7,d)", LAYER, "arguments-swapped"),
    ],
)
def test_a_slip_is_named(student: str, reference: str, symbols: dict[str, str], name: str) -> None:
    found = explained(student, reference, symbols)

    assert [one.name for one in found] == [name]


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [("d^3+5*sigma", "d*sigma^2/2", LAYER), ("x*sin(y)", "exp(x)-y", REALS), ("7", "66756.5", {})],
)
def test_nothing_is_said_without_proof(student: str, reference: str, symbols: dict[str, str]) -> None:
    assert explained(student, reference, symbols) == ()


def test_messages_reveal_no_formula():
    found = explained("d*sigma^2", "d*sigma^2/2", LAYER)

    assert found[0].message == MESSAGES["constant-factor"]
    assert not any(character.isdigit() for message in MESSAGES.values() for character in message)


def test_undecided_explanations_are_not_given():
    declaration = declare(REALS)
    sides = [read(text, declaration) for text in ("-x", "x")]

    found = diagnose(sides[0].node, sides[1].node, declaration, lambda *_: Verdict("undecided", ""), effort=1_000_000)

    assert found == ()


def test_the_search_keeps_to_its_budget():
    declaration = declare(dict.fromkeys("abcdefghklmnop", "positive-integer"))
    sum_of_products = "+".join(f"{one}*{two}" for one in "abcdefg" for two in "hklmnop")
    sides = [read(text, declaration) for text in (sum_of_products, "a^9*b+p")]
    started = time.process_time()

    diagnose(sides[0].node, sides[1].node, declaration, lambda *_: Verdict("different", ""))

    assert time.process_time() - started < 1.0


def test_every_part_of_a_formula_can_be_replaced():
    declaration = declare(REALS)
    reading = read("x*(y+x)^2-floor(x/y)", declaration)
    assert isinstance(reading, Reading)

    assert all(rebuild(part) == reading.node for part, rebuild in places(reading.node))
