"""Reading what students write: every form below was read by a person and its reading written down as plain text."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.kinds import Declaration, declare
from grader.mathematics.printing import to_text
from grader.mathematics.reading import LIMITS, Limits, Reading, Refusal, conclusion, infer, read
from grader.mathematics.tree import Indexed, Interval, Multiply, Number, Power, Symbol

DATA = Path(__file__).parent / "data"
CASES = json.loads((DATA / "readings.json").read_text("utf-8"))
REFUSALS = json.loads((DATA / "refusals.json").read_text("utf-8"))["refusals"]
DECLARATIONS = {name: declare(symbols) for name, symbols in CASES["declarations"].items()} | {"null": None}


def _read(text: str, declaration: Declaration | None = None, **options: str) -> Reading:
    reading = read(text, declaration, **options)
    assert isinstance(reading, Reading), f"{text!r}: {reading}"
    return reading


@pytest.mark.parametrize("case", CASES["readings"], ids=lambda case: case["text"][:40])
def test_is_read_as_written_down(case: dict[str, Any]):
    reading = _read(case["text"], DECLARATIONS[case["declaration"]])

    assert to_text(reading.node) == case["reads"]
    assert reading.label == case.get("label")
    assert list(reading.notes) == case.get("notes", [])


@pytest.mark.parametrize("case", REFUSALS, ids=lambda case: case["text"][:40])
def test_is_refused_with_its_place_and_reason(case: dict[str, Any]):
    refusal = read(case["text"], DECLARATIONS[case["declaration"]])

    assert isinstance(refusal, Refusal)
    assert refusal.column == case["column"]
    assert refusal.reason.startswith(case["reason"])


# What the declaration decides


@pytest.mark.parametrize(
    ("text", "symbols", "reads"),
    [
        (r"d\sigma^2", {"d": "integer", "sigma": "positive"}, "d*sigma**2"),
        (r"d\sigma^2", {"d": "integer", "sigma": "positive", "dsigma": "real"}, "d*sigma**2"),
        ("dw + d", {"d": "real", "w": "real", "dw": "real"}, "dw + d"),
        ("dw + d", {"d": "real", "w": "real"}, "d*w + d"),
        ("abc", {"a": "real", "ab": "real", "c": "real", "bc": "real"}, "ab*c"),
        ("abc", {"a": "real", "ab": "real", "bc": "real"}, "a*bc"),
        (r"K^{(j)}", {"K": "sequence real", "j": "index"}, "K[j]"),
        (r"K^{(j)}", {"K": "real", "j": "index"}, "K**j"),
        ("f(x)", {"f": "function", "x": "real"}, "f(x)"),
        ("f(x)", {"f": "real", "x": "real"}, "f*x"),
        ("f(x+1)^2", {"f": "function", "x": "real"}, "f(x + 1)**2"),
        ("A^T", {"A": "matrix n m"}, "transpose(A)"),
        (r"\beta^T", {"beta": "positive", "T": "integer"}, "beta**T"),
        ("A^T", {"A": "matrix n m", "T": "integer"}, "transpose(A)"),
        ("e^x", {"x": "real"}, "e**x"),
        ("e x", {"e": "real", "x": "real"}, "e*x"),
        ("i x", {"x": "real"}, "i*x"),
        ("i x", {"i": "integer", "x": "real"}, "i*x"),
        ("E[X]", {"X": "random"}, "E[X]"),
        ("E(x+1)", {"E": "real", "x": "real"}, "E*(x + 1)"),
        ("A^{-1}", {"A": "invertible n"}, "inverse(A)"),
        ("a^{-1}", {"a": "real"}, "a**(-1)"),
        (r"p(1-p)", {"p": "probability"}, "p*(1 - p)"),
        (r"p(x > 0)", {"x": "random"}, "P(x > 0)"),
        (r"|A|", {"A": "matrix n n"}, "det(A)"),
        (r"|A|", {"A": "set"}, "cardinality(A)"),
        (r"|A|", {"A": "real"}, "abs(A)"),
        (r"|v|", {"v": "vector n"}, "norm(v)"),
        ("5 m", {"m": "real"}, "5*m"),
        ("5 m", {"x": "real"}, "5 m"),
        ("nan", {"n": "real", "a": "real"}, None),
        (r"\lambda + lam + lamda", {"lambda": "real"}, "lambda + lambda + lambda"),
    ],
)
def test_the_declaration_decides(text: str, symbols: dict[str, str], reads: str | None):
    reading = read(text, declare(symbols))

    assert (to_text(reading.node) if isinstance(reading, Reading) else None) == reads


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("sigma", ["sigma", r"\sigma", "σ", r"{\sigma}", r"\mathrm{sigma}", "𝜎"]),
        ("beta_1", ["beta_1", "beta1", r"\beta_1", r"\beta_{1}", "β₁", "β_1", r"\beta_{\text{1}}"]),
        (
            "W_in",
            ["W_in", "W_{in}", r"W_{\text{in}}", r"W_{\mathrm{in}}", r"W_{\mathrm {in}}", "Win", r"\mathbf{W}_{in}"],
        ),
        ("lambda_max", ["lambda_max", r"\lambda_{\max}", r"\lambda_{max}", r"\lambda_{\text{max}}", "λ_max", "λmax"]),
        ("m_hat", ["m_hat", r"\hat m", r"\hat{m}", r"\widehat{m}", "mhat", r"{\hat m}", r"\hat{\mathbf{m}}"]),
        ("w_tilde", ["w_tilde", r"\tilde w", r"\tilde{w}", r"\widetilde{w}", "wtilde"]),
        ("x_bar", ["x_bar", r"\bar x", r"\overline{x}", "xbar"]),
        ("theta_star", ["theta_star", r"\theta^*", r"\theta^{*}", r"\theta^\star", r"\theta_*", "θ^*"]),
        ("x", ["x", r"\mathbf{x}", r"\mathbf x", r"\boldsymbol{x}", r"\vec{x}", r"\mathit{x}", "𝑥", "𝐱", r"\bm x"]),
        ("m_hat_w", [r"\hat{m}_w", r"\hat{m_w}", r"\hat m_w", "m_hat_w"]),
        ("sigma_xy", [r"\sigma_{xy}", r"\sigma_{x,y}", "sigma_xy", "σ_xy", r"\sigma_{x y}"]),
        ("epsilon", [r"\epsilon", r"\varepsilon", "ε", "ϵ", "eps", "epsilon"]),
        ("x_prime", ["x'", r"x^\prime", r"x^{\prime}", "x′", "x_prime"]),
    ],
)
def test_spellings_of_one_name(name: str, spellings: list[str]):
    declaration = declare({name: "real", "y": "real"})

    for spelling in spellings:
        assert _read(f"{spelling} + y", declaration).symbols == {name, "y"}, spelling


def test_an_alias_spells_a_declared_name():
    declaration = declare({"W": "sequence real", "X": "matrix n n"}, {r"\mathcal{X}": "X", "weights": "W"})

    assert to_text(_read(r"weights[1] + \mathcal{X}_{1,2}", declaration).node) == "W[1] + X[1, 2]"


# How far things reach


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        (r"\sum_{i=1}^n a b + c", "Sum(a*b, (i, 1, n)) + c"),
        (r"\sum_{i=1}^n a \cdot b - c", "Sum(a*b, (i, 1, n)) - c"),
        (r"a \sum_{i=1}^n \sum_{j=1}^i b c + a", "a*Sum(Sum(b*c, (j, 1, i)), (i, 1, n)) + a"),
        (r"\sum_{i=1}^n (a + b) c", "Sum((a + b)*c, (i, 1, n))"),
        (r"\prod_{i=1}^n a i c", "Product(a*i, (i, 1, n))*c"),
        (r"\prod_{i=1}^n (a i c)", "Product(a*i*c, (i, 1, n))"),
        (r"\prod_{i=1}^n a", "Product(a, (i, 1, n))"),
        (r"\int_0^1 a + b \, da", "Integral(a + b, (a, 0, 1))"),
        (r"\lim_{n\to\infty} a n + b", "Limit(a*n, n, oo) + b"),
        (r"\sin a b + c", "sin(a*b) + c"),
        (r"\sin a \cos b", "sin(a)*cos(b)"),
        (r"2 \sin a / b", "2*sin(a)/b"),
        (r"\log a^2", "log(a**2)"),
        (r"-a^2", "-a**2"),
        (r"2^{-a}", "2**(-a)"),
        ("a^b^c", "a**b**c"),
        ("a/b/c", "a/b/c"),
        ("a/b c", "a/b*c"),
        ("a/(b c)", "a/(b*c)"),
        ("-a b", "-a*b"),
        ("a - -b", "a - (-b)"),
        ("a b!", "a*factorial(b)"),
        (r"\sqrt2a", "sqrt(2)*a"),
        (r"\sqrt{2a}", "sqrt(2*a)"),
        ("√2a", None),
        ("√a b", "sqrt(a)*b"),
        (r"\frac12a", "1/2*a"),
        (r"\frac123", None),
        (r"\frac{a}bc", "a/b*c"),
        ("a^23", "a**23"),
        (r"a^{bc}", "a**(b*c)"),
        (r"a^bc \cdot n", "a**b*c*n"),
        ("a^bc", None),
        ("{a+b}^2 + n", "(a + b)**2 + n"),
        (r"{a+b}^2 + \sin n", None),
        (r"c{a+b} + \sin n", None),
        (r"{a} {b}^2 + \sin{n}", "a*b**2 + sin(n)"),
    ],
)
def test_how_far_it_reaches(text: str, reads: str | None):
    declaration = declare(dict.fromkeys("abc", "real") | {"n": "positive integer"})

    reading = read(text, declaration)

    assert (to_text(reading.node) if isinstance(reading, Reading) else None) == reads


# Numbers, units, separators


def test_a_decimal_is_exact_and_remembers_its_digits():
    assert _read("0.10").node == Number(Fraction(1, 10), 2)
    assert _read("1.50e-3").node == Number(Fraction(3, 2000), 5)
    assert _read("1e-40").node == Number(Fraction(1, 10**40), 40)
    assert _read("0.10").node != _read("0.1").node


@pytest.mark.parametrize(
    ("text", "separator"), [("66,756", ","), ("1,234,567.5", ","), ("58 164 298", " "), ("1'000", "'")]
)
def test_thousands_by_declared_rule(text: str, separator: str):
    declaration = declare({}, thousands=separator)

    assert _read(text, declaration).node.value == Fraction(text.replace(separator, ""))
    assert isinstance(read(text, declare({})), Refusal)


@pytest.mark.parametrize("text", ["0,5", "3,14", "1,000", "66,756"])
def test_a_comma_inside_a_number_is_refused(text: str):
    refusal = read(text, declare({}))

    assert isinstance(refusal, Refusal)
    assert refusal.reason == f"{text} may be one number or two"
    assert "write" in refusal.suggestion


def test_a_pair_in_brackets_may_have_a_plain_comma():
    assert to_text(_read("(4,128)").node) == "(4, 128)"


# Everything is read, or nothing


def test_an_unknown_symbol_names_the_known_ones_and_the_nearest():
    refusal = read(r"\frac{1}{2} D\sigma^2", declare({"d": "integer", "sigma": "positive"}))

    assert refusal == Refusal(13, "unknown symbol 'D'; this formula may use d, sigma", "did you mean d?")


def test_what_was_left_out_is_said():
    reading = _read("the variance is d*sigma^2/2", declare({"d": "integer", "sigma": "positive"}))

    assert reading.notes == ("the words around the formula are not read",)


@pytest.mark.parametrize(
    "text",
    [
        r"\max_{a} x(s,t)",
        "x [ x+1",
        "(3-9) (5-15",
        "x + 1 foo",
        "x 2",
        "2 3",
        "x2",
        r"x \foo 3",
        r"\text{anything}",
        r"x \phantom{+ 1}",
        r"\color{white} 5 \color{black} x",
        r"2+\cdots+n^2",
        r"1+2+\cdots+2^n",
        r"1+\cdots",
        "x or y",
        "$x$ or $y$",
        "2 $x$",
        "$x$ + 1",
        "x % + 7",
        "3. x",
        "x. y",
        "√2x",
        "√x²",
        "x foo = 3",
        "not x",
        "it is not x",
    ],
)
def test_nothing_is_dropped_silently(text: str):
    assert isinstance(
        read(text, declare({"x": "real", "y": "real", "n": "integer", "s": "real", "t": "real"})), Refusal
    )


def test_a_bound_index_outside_its_sum_is_refused():
    refusal = read(r"\sum_{i=1}^n x_i + y_i", declare({"x": "sequence real", "y": "sequence real", "n": "integer"}))

    assert refusal.reason == "the index i is used outside the sum or product that it belongs to"


def test_a_reading_knows_its_free_symbols_and_offsets():
    text = r"c\sum_{k=0}^{t-1} \beta^k"
    reading = _read(text, declare({"c": "real", "beta": "real", "t": "integer"}))

    assert reading.symbols == {"c", "beta", "t"}
    assert isinstance(reading.node, Multiply)
    first, fold = reading.node.factors
    assert text[slice(*first.span)] == "c"
    assert text[slice(*fold.span)] == r"\sum_{k=0}^{t-1} \beta^k"
    assert isinstance(fold.body, Power)
    assert text[slice(*fold.body.base.span)] == r"\beta"


def test_an_empty_entry_of_a_matrix_is_zero_and_said():
    reading = _read(r"\begin{pmatrix} x & \\ & y \end{pmatrix}", declare({"x": "real", "y": "real"}))

    assert to_text(reading.node) == "Matrix([[x, 0], [0, y]])"
    assert reading.notes == ("empty entries of a matrix are read as 0",)


def test_what_a_variable_is_drawn_from_is_kept():
    one, other = (_read(rf"\mathbb{{E}}_{{x \sim {name}}}[x]", declare({"x": "random"})).node for name in "pq")

    assert one != other


def test_intervals_after_in_are_intervals():
    node = _read(r"x \in [0, 1]", declare({"x": "real"})).node

    assert node.operands[1] == Interval(Number(Fraction(0)), Number(Fraction(1)), lower_closed=True, upper_closed=True)


# Answers inside text


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        (r"We get $\sigma^2 = 2/d$ and so $\sigma = \sqrt{2/d}$.", "sigma = sqrt(2/d)"),
        (r"$\sigma = \sqrt{2/d}$ (since $d > 0$)", "sigma = sqrt(2/d)"),
        (r"The answer is $d\sigma^2$ where $d$ is the width and $\sigma$ the deviation", "d*sigma**2"),
        (r"First $\sigma = 1$. \boxed{2/d}", "2/d"),
        ("\\begin{align} y &= d \\\\ &= d\\sigma \\end{align}", "d = d*sigma"),
        (r"Var[y] = d\sigma^2, hence \sigma = 1/\sqrt d", "sigma = 1/sqrt(d)"),
        ("sigma = 1\nd = 2", "sigma = 1 and d = 2"),
        ("y = d\ny = d*sigma", "d*sigma"),
        (r"\operatorname{Var}[y] = \frac{d\sigma^2}{2} \tag{3}", "d*sigma**2/2"),
        (r"d\sigma^2 \quad \text{by independence}", "d*sigma**2"),
        ("Answer: d", "d"),
        ("Final answer = d sigma", "d*sigma"),
        ("$$\\frac{d}{2}$$", "d/2"),
        ("d = ... = 2", "d = 2"),
        ("d = 1. sigma = 2.", "d = 1 and sigma = 2"),
        (r"d = 1 \quad \sigma = 2", "d = 1 and sigma = 2"),
        (r"\text{Therefore } \sigma = 2", "sigma = 2"),
        (r"D_{KL}(p \| q) = d", "d"),
    ],
)
def test_the_answer_inside_a_text(text: str, reads: str | None):
    assert to_text(_read(text, declare({"d": "positive integer", "sigma": "positive"})).node) == reads


@pytest.mark.parametrize("text", ["I don't know", "idk", "no idea", "N/A", "?", "todo", "See above", "", "   ", "\n"])
def test_no_answer_is_said_to_be_none(text: str):
    refusal = read(text, declare({"x": "real"}))

    assert isinstance(refusal, Refusal)
    assert refusal.reason in {"there is no formula in this answer", "the answer is empty"}


def test_two_different_boxes_are_refused():
    assert read(r"\boxed{1} or \boxed{2}", declare({})).reason == "two different boxed answers"


# The receptive-field derivation, equations (8) to (17) of both editions

RECEPTIVE_FIELD = declare(
    {
        "W": "sequence real",
        "K": "sequence positive integer",
        "S": "sequence positive integer",
        "L": "positive integer",
        "l": "index",
    }
)
DERIVATION = json.loads((DATA / "receptive_field.json").read_text("utf-8"))


@pytest.mark.parametrize("text", DERIVATION)
def test_the_derivation_of_the_receptive_field_is_readable(text: str):
    assert _read(text, RECEPTIVE_FIELD).symbols <= {"W", "K", "S", "L", "l", "i"}


def test_a_missing_parenthesis_is_read_as_a_power_and_said():
    reading = _read(DERIVATION[2], RECEPTIVE_FIELD)

    assert any("is read as a power" in note for note in reading.notes)


def test_the_wrong_index_of_the_2024_key_is_read_as_printed():
    reading = _read(DERIVATION[6], RECEPTIVE_FIELD)

    assert "Product(S[i], (j, 1, j - 1))" in to_text(reading.node)
    assert "the index i is bound by no sum or product here" in reading.notes


def test_the_conclusion_of_a_chain_is_its_last_member():
    node = _read("d = 1 + 1 = 2", declare({"d": "real"})).node

    assert conclusion(node) == Number(Fraction(2))


# Undeclared symbols


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        (["xy", "yx"], {"x", "y"}),
        (["2ab + alpha*x1"], {"a", "b", "alpha", "x1"}),
        ([r"\theta_0 + \theta_{1} x"], {"theta_0", "theta_1", "x"}),
        (["sin(x)*log(y)"], {"x", "y"}),
        ([r"\sum_{k=1}^n k x^k"], {"n", "x"}),
        (["rate*time"], {"rate", "time"}),
        (["e^(i*pi)"], set()),
        ([r"\hat{y} - y"], {"y_hat", "y"}),
        (["W_in + b"], {"W_in", "b"}),
        ([r"\int_0^1 t^2 dt"], {"t"}),
    ],
)
def test_inferred_names(texts: list[str], names: set[str]):
    declaration = infer(texts)

    assert set(declaration.symbols) - {"d"} == names
    for text in texts:
        _read(text, declaration)


def test_an_index_that_is_bound_makes_a_family():
    declaration = infer([r"\sum_{i=1}^n x_i y_i"])

    assert {name: kind.name for name, kind in declaration.symbols.items()} == {
        "n": "real",
        "x": "sequence",
        "y": "sequence",
    }


def test_both_sides_are_inferred_together():
    declaration = infer([r"x_1 + x_2", r"\sum_{i=1}^2 x_i"])

    assert _read("x_1 + x_2", declaration).node.terms[0] == Indexed("x", (Number(Fraction(1)),))


# The face of the package


def test_limits_are_checked_before_anything_is_read():
    tight = Limits(bytes=20, tokens=5, depth=2, digits=3)

    assert "longer than 20 bytes" in read("x" * 21, None, limits=tight).reason
    assert "more than 5 parts" in read("x+x+x+x+x", None, limits=tight).reason
    assert "nested more than 2" in read("(((x", None, limits=tight).reason
    assert "a number of 4 digits" in read("1234", None, limits=tight).reason
    assert Limits(4096, 2000, 64, 1000) == LIMITS


def test_reading_imports_neither_sympy_nor_torch():
    code = (
        "import sys, grader.mathematics.reading, grader.mathematics.mathml; print({'sympy', 'torch'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == "set()"


def test_a_symbol_stays_itself():
    assert _read("x", declare({"x": "real"})).node == Symbol("x")


@pytest.mark.parametrize(
    ("text", "symbols", "same"),
    [
        # only the end of a calculation has to be in the question's symbols
        (r"\operatorname{Var}[y] = \sum_{i=1}^d \operatorname{Var}[w_i x_i] = \frac{1}{2} d", {"d": "real"}, "d/2"),
        (r"w^{(t)} = w^{(0)} - \eta \sum_k m^{(k)} = -\eta t", {"eta": "real", "t": "real"}, "-eta*t"),
        (r"m(t) = 2 t", {"t": "real"}, "2*t"),
        ("**$2 t$**", {"t": "real"}, "2*t"),
        ("per layer $3 t$ (all of them), so $2 t$", {"t": "real"}, "2*t"),
        (r"$x_n = 2 x_{n-1}$ with $x_0 = 1$", {"x": "sequence real", "n": "index"}, "x[n] = 2*x[n-1], x[0] = 1"),
        (r"x_n = 2 x_{n-1} \text{ with } x_0 = 1", {"x": "sequence real", "n": "index"}, "x[n] = 2*x[n-1], x[0] = 1"),
        (
            r"\begin{cases} x_n = 2 x_{n-1} \\ x_0 = 1 \end{cases}",
            {"x": "sequence real", "n": "index"},
            "x[n] = 2*x[n-1], x[0] = 1",
        ),
    ],
)
def test_the_answer_is_read_out_of_its_calculation(text: str, symbols: dict[str, str], same: str):
    declaration = declare(symbols)

    reading, expected = read(text, declaration), read(same, declaration)

    assert isinstance(reading, Reading), reading
    assert isinstance(expected, Reading)
    assert compare(reading.node, expected.node, declaration).equal


@pytest.mark.parametrize("text", [r"t = w_1 + 1 = 2 t", "$3 t$, maybe $2 t$", r"y + 1 = z = 2 t"])
def test_what_may_be_no_calculation_is_refused(text: str):
    assert isinstance(read(text, declare({"t": "real"})), Refusal)
