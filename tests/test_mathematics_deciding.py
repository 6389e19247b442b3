"""Equal is equal, different is different with a point that recomputes, and whatever cannot be settled says so."""

from collections.abc import Callable
from fractions import Fraction

import mpmath
import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.kinds import Declaration, declare
from grader.mathematics.reading import Reading, infer, read
from grader.mathematics.verdict import Verdict, parse_mode


def decide(student: str, reference: str, symbols: str = "", mode: str = "exact") -> Verdict:
    declaration = declared(symbols) if symbols else infer([student, reference])
    sides = [read(text, declaration) for text in (student, reference)]
    assert isinstance(sides[0], Reading), sides[0]
    assert isinstance(sides[1], Reading), sides[1]
    return compare(sides[0].node, sides[1].node, declaration, parse_mode(mode))


def declared(symbols: str) -> Declaration:
    return declare(dict(part.split("=") for part in symbols.split(";")))


EQUAL = [
    (r"\frac12 d\sigma^2", "d*sigma**2/2", "d=positive-integer;sigma=positive"),
    (r"\sqrt{2/d}", r"\sqrt2/\sqrt d", "d=positive-integer"),
    (
        r"c\frac{1-\beta^t}{1-\beta}",
        r"c\sum_{k=0}^{t-1} \beta^k",
        "c=positive;beta=open-probability;t=positive-integer",
    ),
    (r"\sum_{i=0}^{n-1} x_{i+1}", r"\sum_{j=1}^{n} x_j", "n=positive-integer;x=sequence real"),
    (
        r"\sum_{i=1}^n \sum_{j=1}^m a_{ij}",
        r"\sum_{j=1}^m \sum_{i=1}^n a_{ij}",
        "n=positive-integer;m=positive-integer;a=sequence real",
    ),
    (r"x + \sin(\pi n)", "x", "n=integer;x=real"),
    (r"\cos(\pi n)", "(-1)^n", "n=integer"),
    ("|x|", "x", "x=positive"),
    (r"\lfloor n + 1/2 \rfloor", "n", "n=integer"),
    (r"\log(a^2 b)", r"2\log a + \log b", "a=positive;b=positive"),
    (r"(a^b)^c", "a^{bc}", "a=positive;b=real;c=real"),
    (r"\max(x, 0)", r"\frac{x + |x|}{2}", "x=real"),
    ("(AB)^T", "B^T A^T", "A=matrix n m;B=matrix m n"),
    (r"\operatorname{tr}(ABC)", r"\operatorname{tr}(CAB)", "A=matrix n n;B=matrix n n;C=matrix n n"),
    (
        r"(X^\top X + \lambda I)^{-1} X^\top y",
        r"X^\top (X X^\top + \lambda I)^{-1} y",
        "X=matrix n d;y=vector n;lambda=positive",
    ),
    (r"\nabla_w \|y - Xw\|^2", r"2X^\top(Xw - y)", "X=matrix n d;w=vector d;y=vector n"),
    (r"\nabla_x (x^\top A x)", "(A + A^T) x", "A=matrix n n;x=vector n"),
    (r"\log \det A", r"-\log \det A^{-1}", "A=spd n"),
    (r"\|Qx\|_2", r"\|x\|_2", "Q=orthogonal n;x=vector n"),
    (r"\frac{d}{dx} (x f(x))", r"f(x) + x f'(x)", "f=function;x=real"),
    (r"\int_0^1 e^{xy} dy", r"\frac{e^x - 1}{x}", "x=real"),
    (
        r"\lfloor (W+2P-K)/S \rfloor + 1",
        r"\lceil (W+2P-K+1)/S \rceil",
        "W=integer;P=integer;K=integer;S=positive-integer",
    ),
    (r"\cos(3t)", r"4\cos^3 t - 3\cos t", "t=real"),
    (r"e^{iz}", r"\cos z + i \sin z", "z=complex"),
    (r"\binom{n}{k}", r"\binom{n}{n-k}", "n=nonnegative-integer;k=nonnegative-integer"),
]


@pytest.mark.parametrize(("student", "reference", "symbols"), EQUAL)
def test_equal_formulas_are_equal(student: str, reference: str, symbols: str):
    verdict = decide(student, reference, symbols)

    assert verdict.verdict == "equal", verdict


DIFFERENT: list[tuple[str, str, str, Callable[..., tuple[object, object]]]] = [
    (
        "d*sigma^2",
        "d*sigma^2/2",
        "d=positive-integer;sigma=positive",
        lambda d, sigma: (d * sigma**2, d * sigma**2 / 2),
    ),
    ("x", "x + x^2/10^5", "x=real", lambda x: (x, x + x**2 / 10**5)),
    ("sqrt(x^2)", "x", "x=real", lambda x: (mpmath.sqrt(x**2), x)),
    (r"(a^b)^c", "a^{bc}", "a=real;b=real;c=real", lambda a, b, c: ((a**b) ** c, a ** (b * c))),
    (r"\max(x, -10000000)", "x", "x=real", lambda x: (max(x, -(10**7)), x)),
    (r"\lfloor x/10^{12} \rfloor", r"\lfloor x/10^{13} \rfloor", "x=real", lambda x: (x // 10**12, x // 10**13)),
    (
        r"2^{n-1}",
        r"\frac{n^4 - 6n^3 + 23n^2 - 18n + 24}{24}",
        "n=positive-integer",
        lambda n: (2 ** (n - 1), Fraction(n**4 - 6 * n**3 + 23 * n**2 - 18 * n + 24, 24)),
    ),
    (r"\tanh x", "x", "x=real", lambda x: (mpmath.tanh(x), x)),
    (r"\log n", r"\log_2 n", "n=positive-integer", lambda n: (mpmath.log(n), mpmath.log(n, 2))),
    (r"\mathbf{1}[x > 0]", r"\mathbf{1}[x \ge 0]", "x=real", lambda x: (int(x > 0), int(x >= 0))),
    (
        r"\lfloor n/k \rfloor + 1",
        r"\lceil n/k \rceil",
        "n=positive-integer;k=positive-integer",
        lambda n, k: (n // k + 1, -(-n // k)),
    ),
    (
        r"\sin x",
        "x - x^3/6 + x^5/120 - x^7/5040",
        "x=real",
        lambda x: (mpmath.sin(x), x - x**3 / 6 + x**5 / 120 - x**7 / 5040),
    ),
]


@pytest.mark.parametrize(("student", "reference", "symbols", "sides"), DIFFERENT)
def test_every_witness_recomputes(
    student: str, reference: str, symbols: str, sides: Callable[..., tuple[object, object]]
):
    verdict = decide(student, reference, symbols)

    assert verdict.verdict == "different", verdict
    assert verdict.witness is not None
    with mpmath.workdps(40):
        values = {name: number(text) for name, text in verdict.witness.values}
        computed = sides(**values)
        assert close(computed[0], verdict.witness.student)
        assert close(computed[1], verdict.witness.reference)
        assert computed[0] != computed[1]


def number(text: str) -> object:
    value = Fraction(text)
    return int(value) if value.denominator == 1 else mpmath.mpf(value.numerator) / value.denominator


def close(value: object, text: str) -> bool:
    if text.startswith("undefined"):
        return isinstance(value, mpmath.mpc)
    wanted = Fraction(text)
    wanted_float = mpmath.mpf(wanted.numerator) / wanted.denominator
    found = mpmath.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else mpmath.mpmathify(value)
    return bool(abs(found - wanted_float) <= mpmath.mpf(10) ** -15 * (1 + abs(wanted_float)))


TRAPS = [
    ("1e-40", "1e-41", ""),
    ("1/2004!", "1/2006!", ""),
    ("2^{-99}", "2^{-98}", ""),
    ("x + 10^{-400}", "x", "x=real"),
    ("x + e^{-1000}", "x", "x=real"),
    (r"x \tanh(100)", "x", "x=real"),
    (r"x \cos(10^{-100})", "x", "x=real"),
    ("1 - 1/e", "1 + 1/e", ""),
    ("0.33", "1/3", ""),
    ("AB", "BA", "A=matrix n n;B=matrix n n"),
    ("N", "n", "N=positive-integer;n=positive-integer"),
    (r"\sum_{i=0}^{n-1} x_{i}", r"\sum_{i=1}^{n} x_i", "n=positive-integer;x=sequence real"),
    (r"\sum_{i=1}^n x_i^2", r"(\sum_{i=1}^n x_i)^2", "n=positive-integer;x=sequence real"),
    (r"\operatorname{tr}(ABC)", r"\operatorname{tr}(ACB)", "A=matrix n n;B=matrix n n;C=matrix n n"),
    (r"\nabla_x (x^\top A x)", "2 A x", "A=matrix n n;x=vector n"),
    (r"\frac{\partial L(w, b)}{\partial w}", r"\frac{\partial L(w, b)}{\partial b}", "L=function 2;w=real;b=real"),
    (r"\frac{\partial L}{\partial b}", r"\frac{\partial L}{\partial w}", ""),
    (r"\sum_{k=1}^n \mathbf{1}[k > 50]", "0", "n=positive-integer"),
    (r"\max(0, 10^{-9} - |x - \pi|)", "0", "x=real"),
    (r"\lfloor n/1000 \rfloor", "0", "n=positive-integer"),
    ("x_i", "x_j", "x=sequence real;i=index;j=index"),
    (r"\sum_{k=0}^{20} \binom{n}{k}", "2^n", "n=positive-integer"),
    (r"\sum_{k=0}^{150} \binom{n}{k}", "2^n", "n=positive-integer"),
    ("(x+100)^k", "(-(x+100))^k", "x=real;k=integer"),
    (r"x \cos(\pi k n m)", "x", "x=real;k=integer;n=integer;m=integer"),
    (r"(-1)^{knm} x", "x", "x=real;k=integer;n=integer;m=integer"),
    (r"i^{2k} x", r"i^{4k} x", "x=real;k=integer"),
    (r"x \operatorname{erf}(5)", "x", "x=real"),
    ("9^{9^9} + 1", "9^{9^9}", ""),
    ("9^{9^{9^9}}", "5", ""),
    ("((9!)!)!", "5", ""),
    (r"\sum_{i=1}^{1000000000} i", "499999999500000000", ""),
]


@pytest.mark.parametrize(("student", "reference", "symbols"), TRAPS)
def test_traps_are_told_apart(student: str, reference: str, symbols: str):
    verdict = decide(student, reference, symbols)

    assert verdict.verdict == "different", verdict
    assert verdict.witness is not None


@pytest.mark.parametrize(
    ("student", "reference", "symbols", "point"),
    [
        (r"\log(x^2)", r"2 \log x", "x=real", "negative"),
        (r"(\sqrt x)^2", "x", "x=real", "negative"),
        (r"\frac{x^2-1}{x-1}", "x+1", "x=real", "1"),
    ],
)
def test_a_smaller_domain_is_named_by_a_point(student: str, reference: str, symbols: str, point: str):
    verdict = decide(student, reference, symbols)

    assert verdict.verdict == "equal where both are defined"
    assert verdict.witness is not None
    value = Fraction(dict(verdict.witness.values)["x"])
    assert value < 0 if point == "negative" else value == Fraction(point)
    assert "undefined" in verdict.witness.student + verdict.witness.reference


@pytest.mark.parametrize(("student", "reference"), [("1/0", "1/0"), ("0/0", "0/0"), ("x/0", "x/0")])
def test_what_has_no_value_is_never_equal(student: str, reference: str):
    assert decide(student, reference).verdict == "undecided"


@pytest.mark.parametrize(("student", "reference"), [("1/0", "5"), (r"\infty - \infty", "0"), ("x/(x-x)", "x")])
def test_no_value_is_different_from_a_value(student: str, reference: str):
    verdict = decide(student, reference)

    assert verdict.verdict == "different"
    assert verdict.witness is not None
    assert "undefined" in verdict.witness.student


def test_a_transposed_answer_is_told_by_its_shape():
    verdict = decide("X^T", "X", "X=matrix n d")

    assert verdict.verdict == "different"
    assert verdict.reason == "n×d expected, d×n given"


def test_a_product_that_does_not_conform_is_the_finding():
    verdict = decide(r"\sqrt\lambda G^{-1} X", r"\sqrt\lambda X G^{-1}", "X=matrix n d;G=invertible d;lambda=positive")

    assert verdict.verdict == "different"
    assert "a product of d×d and n×d" in verdict.reason


def test_the_same_pair_gets_the_same_point_every_time():
    first, second = (decide("x^2", "x^3", "x=real") for _ in range(2))

    assert first == second
