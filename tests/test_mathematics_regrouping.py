"""What only sizes tell: bars as absolute values, norms or determinants, scopes of elementwise products, multiples."""

import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.kinds import declare
from grader.mathematics.reading import Reading, read
from grader.mathematics.regrouping import regrouped
from grader.mathematics.tree import Apply, Gradient, Symbol
from tests.deciding import decide

LINE = "x=vector n;w=vector n;b=real"
SQUARE = "A=matrix n n;B=matrix n n"


@pytest.mark.parametrize(
    ("text", "symbols", "function"),
    [
        ("|w^Tx+b|", LINE, "abs"),
        ("|x-w|", LINE, "norm"),
        ("|A+B|", SQUARE, "det"),
        ("|AB|", SQUARE, "det"),
    ],
)
def test_bars_mean_what_the_sizes_say(text: str, symbols: str, function: str):
    declaration = declare(dict(one.split("=") for one in symbols.split(";")))
    found = read(text, declaration)
    assert isinstance(found, Reading), found
    node = regrouped(found.node, declaration)

    assert isinstance(node, Apply)
    assert node.function == function


@pytest.mark.parametrize(
    ("student", "reference", "symbols", "mode", "verdict"),
    [
        (r"\frac{w^Tx+b}{\|w\|}", r"\frac{|w^Tx+b|}{\|w\|}", LINE, "exact", "different"),
        (r"\sqrt{(w^Tx+b)^2}", "|w^Tx+b|", LINE, "exact", "equal"),
        (r"\det A\det B", "|AB|", SQUARE, "exact", "equal"),
        (r"\det A+\det B", "|A+B|", SQUARE, "exact", "different"),
        (r"(-1/\sqrt2, -1/\sqrt2)", r"\frac{1}{\sqrt2}(1,1)", "", "up-to-sign", "equal"),
        (r"(1/\sqrt2, -1/\sqrt2)", r"\frac{1}{\sqrt2}(1,1)", "", "up-to-sign", "different"),
        ("(1, 1)", r"\frac{1}{\sqrt2}(1,1)", "", "up-to-positive-factor", "equal"),
        ("(-1, -1)", r"\frac{1}{\sqrt2}(1,1)", "", "up-to-positive-factor", "different"),
        (
            r"\frac{1}{ad-bc}\begin{bmatrix}d&-b\\-c&a\end{bmatrix}",
            r"\begin{bmatrix}a&b\\c&d\end{bmatrix}^{-1}",
            "",
            "exact",
            "equal",
        ),
    ],
)
def test_what_is_regrouped_is_decided(student: str, reference: str, symbols: str, mode: str, verdict: str):
    assert decide(student, reference, symbols, mode).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [("X^TX", "equal"), ("XX^T", "different"), ("2X^TX", "different")])
def test_a_gradient_of_a_gradient_is_the_matrix_of_second_derivatives(text: str, verdict: str):
    declaration = declare({"X": "matrix n d", "w": "vector d", "y": "vector n"})
    loss, given = read(r"\frac12\|Xw-y\|^2", declaration), read(text, declaration)
    assert isinstance(loss, Reading)
    assert isinstance(given, Reading)
    hessian = Gradient(Gradient(loss.node, Symbol("w")), Symbol("w"))

    assert compare(given.node, hessian, declaration).verdict == verdict
