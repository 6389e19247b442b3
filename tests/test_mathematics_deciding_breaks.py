"""Differences at a point, in a tiny region, on singular matrices or below all digits are found, or not decided."""

from __future__ import annotations

import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.enclosing import possible_signs
from grader.mathematics.kinds import declare
from grader.mathematics.reading import Reading, read
from grader.mathematics.verdict import Policy, Verdict, parse_mode


def decide(student: str, reference: str, symbols: str, mode: str = "exact") -> Verdict:
    declaration = declare(dict(one.split("=") for one in symbols.split(";")))
    sides = [read(text, declaration) for text in (student, reference)]
    assert isinstance(sides[0], Reading), sides[0]
    assert isinstance(sides[1], Reading), sides[1]
    return compare(sides[0].node, sides[1].node, declaration, parse_mode(mode), Policy(diagnose=False))


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [
        (r"1[x \ne \pi]", "1", "x=real"),
        (r"1[x^2 = 2]", "0", "x=real"),
        (r"1[e^x = 3]", "0", "x=real"),
        (r"1[x^2+y^2=0]", "0", "x=real;y=real"),
        (r"1[x=\pi] \cdot 1[y=e]", "0", "x=real;y=real"),
        (r"1[x+y=1] \cdot 1[x-y=2]", "0", "x=real;y=real"),
        (r"\max(0, \min(x-1, 1.001-x))", "0", "x=real"),
        (r"\sum_{i=1}^n 1[x_i = \pi]", "0", "x=sequence real;n=positive-integer"),
        (r"\sum_{i=1}^n \max(x_i, 1000)", "1000 n", "x=sequence real;n=positive-integer"),
        (r"\max(x_1, 10^5)", "10^5", "x=vector n"),
        (r"A \cdot \operatorname{rank}(A)/n", "A", "A=matrix n n"),
        (r"\operatorname{rank}(A^2)", r"\operatorname{rank}(A)", "A=matrix n n"),
        (r"\operatorname{rank}(X)", r"\min(n, d)", "X=matrix n d"),
        (r"|\log\det A|", r"\log\det A", "A=spd n"),
        (r"\det Q", "1", "Q=orthogonal n"),
        (r"x \tanh(10^{10} x)", "|x|", "x=real"),
        (r"x(1 + e^{-5000})", "x", "x=real"),
        (r"0^k", "0", "k=nonnegative-integer"),
        (r"p \bmod n", "p", "p=positive-integer;n=positive-integer"),
        (r"P(X \le x)", r"1 - P(X \ge x)", "X=random;x=real"),
        (r"P(|X| \ge 100)", "P(|X| > 100)", "X=random"),
        (r"e^x \ge 2", r"x > \ln 2", "x=real"),
        (r"\log(e^z)", "z", "z=complex"),
    ],
)
def test_a_rare_difference_is_proven(student: str, reference: str, symbols: str) -> None:
    verdict = decide(student, reference, symbols)

    assert verdict.verdict == "different", verdict
    assert verdict.witness is not None


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [
        (r"\max(0, 10^{-9} - (x-y)^2 - (x+y-3)^2)", "0", "x=real;y=real"),
        (r"1[x^2+y^2 < 10^{-30}/(1+x^4)] + 1[x^4+y^4 = 1/7] \cdot 1[x=y^2]", "0", "x=real;y=real"),
        (r"1[n^2+m^2 = 1000000]", "0", "n=positive-integer;m=positive-integer"),
        (r"\sum_{k=1}^n 1[k = 500]", "0", "n=positive-integer"),
        (r"\binom{n}{1000}", "0", "n=positive-integer"),
        (r"x + e^{-e^{100}}", "x", "x=real"),
        (r"\frac{2}{\pi}\arctan(10^{15} x)", r"\operatorname{sign}(x)", "x=real"),
    ],
)
def test_what_may_differ_out_of_sight_is_not_accepted(student: str, reference: str, symbols: str) -> None:
    assert not decide(student, reference, symbols).equal


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [
        (r"|x^2+xy+y^2|", "x^2+xy+y^2", "x=real;y=real"),
        (r"\max(x^2+1, 0)", "x^2+1", "x=real"),
        (r"|1-p|", "1-p", "p=open-probability"),
        (
            r"\operatorname{sign}(x)\max(|x|-\lambda, 0)",
            r"\max(x-\lambda,0)-\max(-x-\lambda,0)",
            "x=real;lambda=positive",
        ),
        (r"1[a \le x < b]", r"1[x \ge a] - 1[x \ge b]", "x=real;a=negative;b=positive"),
        (r"\frac{1+(-1)^n}{2}", r"1[n \bmod 2 = 0]", "n=integer"),
        (r"\operatorname{rank}(A)", "n", "A=invertible n"),
        (r"|x| + |y|", "\\max(|x+y|, |x-y|)", "x=real;y=real"),
        (r"\int_0^1 |x-t| dt", r"\frac{x^2+(1-x)^2}{2}", "x=probability"),
        (r"\int_0^a \max(0, t-1) dt", r"\frac{\max(0, a-1)^2}{2}", "a=positive"),
    ],
)
def test_formulas_with_breaks_are_still_found_equal(student: str, reference: str, symbols: str) -> None:
    assert decide(student, reference, symbols).equal


@pytest.mark.parametrize(
    ("text", "symbols", "signs"),
    [
        ("x^2+1", "x=real", {1}),
        ("x^2", "x=real", {0, 1}),
        ("1-p", "p=open-probability", {1}),
        ("1-p", "p=probability", {0, 1}),
        ("x^2-x+1", "x=real", {1}),
        ("x^2-2x+1", "x=real", {0, 1}),
        ("x^2-x", "x=real", {-1, 0, 1}),
        ("-e^x", "x=real", {-1}),
        ("n-1/2", "n=positive-integer", {1}),
        ("x-floor(x)", "x=real", {0, 1}),
        ("1/(2+sin(x))", "x=real", {1}),
    ],
)
def test_the_possible_signs_of_a_formula_are_enclosed(text: str, symbols: str, signs: set[int]) -> None:
    declaration = declare(dict(one.split("=") for one in symbols.split(";")))
    reading = read(text, declaration)
    assert isinstance(reading, Reading)

    assert possible_signs(reading.node, declaration) == signs


@pytest.mark.parametrize(
    ("spellings", "reference", "symbols"),
    [
        (
            ("d*sigma^2", "sigma^2 d", "(d+1)*sigma^2-sigma^2", r"\frac{2d\sigma^2}{2}"),
            "d*sigma^2/2",
            "d=positive-integer;sigma=positive",
        ),
        (("a^2+b^2", "b*b+a*a", "(a+b)^2-2ab"), "(a+b)^2", "a=real;b=real"),
        (("BA", r"(A^\top B^\top)^\top"), "AB", "A=matrix n n;B=matrix n n"),
        (("n^x", r"e^{x \ln n}"), "x^n", "x=positive;n=positive-integer"),
    ],
)
def test_one_wrong_answer_has_one_witness_however_it_is_spelled(
    spellings: tuple[str, ...], reference: str, symbols: str
) -> None:
    witnesses = {decide(student, reference, symbols).witness for student in spellings}

    assert len(witnesses) == 1
    assert None not in witnesses


@pytest.mark.parametrize(
    ("student", "reference", "symbols", "expected"),
    [
        (r"\frac{ab}{b} = a", "a", "a=positive;b=positive", "equal"),
        (r"\sigma^2 = 2/d, \sigma = \sqrt{2/d}", r"\sqrt{2/d}", "d=positive-integer;sigma=positive", "equal"),
        (r"\sigma^2 = 3/d, \sigma = \sqrt{2/d}", r"\sqrt{2/d}", "d=positive-integer;sigma=positive", "different"),
        (r"\lim_{t\to\infty}\frac{1-\mu^t}{1-\mu}", r"\frac{1}{1-\mu}", "mu=open-probability", "equal"),
        (r"\lim_{t\to\infty}\frac{1-\mu^t}{1-\mu}", r"\frac{\mu}{1-\mu}", "mu=open-probability", "different"),
        (r"a_n = 2a_{n-1}+1, a_0=0", "a_n = 2^n-1, a_0=0", "a=sequence real;n=nonnegative-integer", "equal"),
        (r"a_n = 2^n-1, a_0=1", "a_n = 2a_{n-1}+1, a_0=0", "a=sequence real;n=nonnegative-integer", "different"),
        ("x^3 = 1", "x = 1", "x=complex", "different"),
        (r"x = \pm i", "x^2 = -1", "x=complex", "equal"),
        (r"[0,1] \cap [1,2]", r"\{1\}", "x=real", "equal"),
        (r"\mathcal N(0, \sigma^2 I)", r"\mathcal N(0, \sigma I)", "sigma=positive", "different"),
        (
            r"\frac{\partial L}{\partial y}\frac{\partial y}{\partial w}",
            r"\frac{\partial L}{\partial w}",
            "L=real;y=real;w=real",
            "equal",
        ),
        (
            r"\frac{\partial L}{\partial y}\frac{\partial y}{\partial b}",
            r"\frac{\partial L}{\partial w}",
            "L=real;y=real;w=real;b=real",
            "different",
        ),
        (r"\nabla_w \frac12\|w\|^2", "w", "w=vector n", "equal"),
        (r"\frac{d}{dt}\int_0^t e^{-s^2} ds", "e^{-t^2}", "t=real", "equal"),
        (r"\frac{d}{da}\int_0^1 e^{ax} dx", r"\int_0^1 x e^{ax} dx", "a=real", "equal"),
        (r"\sin x = \sin y", "x = y", "x=real;y=real", "different"),
        (r"x - \frac{\mathbf 1^\top x}{n}\mathbf 1", r"(I - \frac1n\mathbf 1\mathbf 1^\top)x", "x=vector n", "equal"),
    ],
)
def test_forms_that_a_person_had_to_decide(student: str, reference: str, symbols: str, expected: str) -> None:
    assert decide(student, reference, symbols).verdict == expected


@pytest.mark.parametrize(
    ("student", "reference", "mode", "expected"),
    [
        ("[1,2]", "[-1,2]", "up-to-sign", "different"),
        ("[1,-2]", "[-1,2]", "up-to-sign", "equal"),
        ("(2,4,7)", "(1,2,3)", "up-to-factor", "different"),
        ("(2,4,6)", "(1,2,3)", "up-to-factor", "equal"),
        ("4 bytes", "4", "exact", "equal"),
        ("4 MB", "4000000", "exact", "equal"),
        ("4 MB", "5", "exact", "different"),
        ("4 MB", "4", "exact", "undecided"),
    ],
)
def test_lists_are_taken_as_a_whole_and_a_unit_by_its_value(
    student: str, reference: str, mode: str, expected: str
) -> None:
    assert decide(student, reference, "x=real", mode).verdict == expected
