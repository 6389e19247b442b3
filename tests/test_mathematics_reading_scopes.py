"""How far gradients, sums over pairs, conjugates and compositions reach: what is shown to the student."""

import pytest

from grader.mathematics.kinds import declare
from grader.mathematics.printing import to_text
from grader.mathematics.reading import Reading, Refusal, infer, read

RIDGE = {"X": "matrix n d", "w": "vector d", "y": "vector n", "lambda": "positive"}
SQUARE = {"A": "matrix n n", "x": "vector n", "y": "vector n", "b": "vector n"}
FUNCTIONS = {"f": "function", "g": "function", "x": "real"}


def shown(text: str, symbols: dict[str, str] | None, *others: str) -> str:
    found = read(text, declare(symbols) if symbols is not None else infer([text, *others]))
    return to_text(found.node) if isinstance(found, Reading) else found.reason


@pytest.mark.parametrize(
    ("text", "symbols", "reads"),
    [
        (
            r"\nabla_w \|Xw-y\|^2+\lambda\|w\|^2",
            RIDGE,
            "Gradient(norm(X*w - y)**2 + lambda*norm(w)**2, w)",
        ),
        (r"\nabla_w (\|Xw-y\|^2)+\lambda\|w\|^2", RIDGE, "Gradient(norm(X*w - y)**2, w) + lambda*norm(w)**2"),
        (r"(\nabla_w \|Xw-y\|^2)+\lambda\|w\|^2", RIDGE, "Gradient(norm(X*w - y)**2, w) + lambda*norm(w)**2"),
        (r"\nabla_w \|Xw-y\|^2+2\lambda w", RIDGE, "Gradient(norm(X*w - y)**2, w) + 2*lambda*w"),
        (r"w^T\nabla_w \|w\|^2+\|w\|^2", RIDGE, "transpose(w)*Gradient(norm(w)**2, w) + norm(w)**2"),
        (r"\nabla_w \|w\|^2+\lambda", RIDGE, "Gradient(norm(w)**2, w) + lambda"),
        (r"\nabla_x^2 x^TAx", SQUARE, "Gradient(Gradient(transpose(x)*A*x, x), x)"),
        (r"\nabla^2_x x^TAx - b^Tx", SQUARE, "Gradient(Gradient(transpose(x)*A*x - transpose(b)*x, x), x)"),
        (r"\nabla_x\nabla_y^\top x^TAy", SQUARE, "Gradient(Gradient(transpose(x)*A*y, x), y)"),
        (r"(f\circ g)'(x)", FUNCTIONS, "Derivative(f(g(x)), x)"),
        (r"f\circ g(x)", FUNCTIONS, "f(g(x))"),
        (r"\overline{zw}", {"z": "complex", "w": "real"}, "conjugate(z*w)"),
        (r"\lambda_{\max}(A^TA)", SQUARE, "eigmax(transpose(A)*A)"),
        (r"\lambda_{\max}(A)", {**SQUARE, "lambda_max": "real"}, "lambda_max*A"),
        (r"\sum_{i<j} x_i x_j", {"x": "sequence"}, "Sum(Sum(Piecewise((x[i]*x[j], i < j), (0, True)), (j)), (i))"),
        (
            r"\sum_{i<j} |x_i-x_j|",
            {"x": "sequence"},
            "Sum(Sum(Piecewise((abs(x[i] - x[j]), i < j), (0, True)), (j)), (i))",
        ),
        (
            r"\sum_{1\le i\ne j\le n} x_i x_j",
            {"x": "sequence", "n": "positive integer"},
            "Sum(Sum(Piecewise((x[i]*x[j], i != j), (0, True)), (j, 1, n)), (i, 1, n))",
        ),
        (
            r"\sum_{i\ne j} x_i x_j",
            {"x": "sequence", "j": "index"},
            "Sum(Piecewise((x[i]*x[j], i != j), (0, True)), (i))",
        ),
    ],
)
def test_reaches_as_far_as_the_sizes_and_indices_say(text: str, symbols: dict[str, str], reads: str):
    assert shown(text, symbols) == reads


@pytest.mark.parametrize(
    ("text", "symbols", "reason"),
    [
        (r"\nabla^2 x^TAx", SQUARE, "a second derivative that does not say by what"),
        (r"\nabla_x^\top Ax", SQUARE, "the transpose of a nabla alone"),
        (r"\nabla_x^3 x^TAx", SQUARE, "a derivative of several variables of this order"),
        (r"\frac{\partial x^TAx}{\partial x^T}", SQUARE, "a derivative by something transposed"),
        (r"(f\circ g)", FUNCTIONS, "f is declared as a function"),
        (r"\overline{AB}", {"A": "real", "B": "real"}, "unknown symbol"),
    ],
)
def test_what_says_too_little_is_refused(text: str, symbols: dict[str, str], reason: str):
    found = read(text, declare(symbols))
    assert isinstance(found, Refusal), found
    assert found.reason.startswith(reason)


def test_a_letter_that_the_other_text_leaves_free_is_not_summed():
    alone = shown(r"\sum_{i\ne j} x_i x_j", None)
    beside = shown(r"\sum_{i\ne j} x_i x_j", None, r"x_j \sum_{i\ne j} x_i")

    assert alone == "Sum(Sum(Piecewise((x[i]*x[j], i != j), (0, True)), (j)), (i))"
    assert beside == "Sum(Piecewise((x[i]*x[j], i != j), (0, True)), (i))"
