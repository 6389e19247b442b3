"""Hostile, broken and senseless input: answered within the limits, with a reason, and never with an exception."""

import string
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.mathematics.kinds import Declaration, declare
from grader.mathematics.mathml import to_mathml
from grader.mathematics.printing import to_latex, to_text
from grader.mathematics.reading import Reading, Refusal, read

DECLARATION = declare(
    {
        "x": "real",
        "y": "real",
        "n": "positive integer",
        "K": "sequence real",
        "A": "matrix n n",
        "w": "vector n",
        "Z": "random",
    }
)
MOST_SECONDS = 1.0
"""Twenty times the time meant, since other processes share the machine that tests run on."""


def _answered(text: str, declaration: Declaration | None = DECLARATION, syntax: str = "auto") -> Reading | Refusal:
    start = time.process_time()
    answer = read(text, declaration, syntax=syntax)
    assert time.process_time() - start < MOST_SECONDS
    assert isinstance(answer, Reading | Refusal)
    if isinstance(answer, Refusal):
        assert 1 <= answer.column <= len(text) + 1
        assert answer.reason
    else:
        assert to_latex(answer.node)
        assert to_text(answer.node)
        assert to_mathml(answer.node)
    return answer


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("__import__('os').system('ls')", "the attribute .system is not read"),
        ("().__class__.__bases__[0].__subclasses__()", "the attribute .__class__ is not read"),
        ("x.__class__.__mro__", "the attribute .__class__ is not read"),
        ("exec('1')", "exec(...) is code"),
        ("eval(chr(95))", "eval(...) is code"),
        ("open('/etc/hostname')", "open(...) is code"),
        ("getattr(x, 'y')", "getattr(...) is code"),
        ("globals()", "globals(...) is code"),
        ("lambda x: x", "a lambda is code, not a formula"),
        ("f'{x}'", "unknown symbol 'f'"),
        ("import os", "unknown symbol 'import'"),
        ("expand((x+y)^300)", "unknown symbol 'expand'"),
        ("factorint(2^401-1)", "unknown symbol 'factorint'"),
        ("fibonacci(10^9)", "unknown symbol 'fibonacci'"),
        ("N(pi, 10^7)", None),
        (r"\def\a{x}\a", r"\def is a macro"),
        (r"\newcommand{\a}{x}", r"\newcommand is a macro"),
        (r"\input{/etc/passwd}", r"\input is a macro"),
        (r"\write18{ls}", r"\write is a macro"),
        (r"\csname x\endcsname", r"\csname is a macro"),
        (r"\href{javascript:alert(1)}{x}", r"\href is a macro"),
        (r"\color{white}5\color{black}x", r"\color changes what is shown"),
        (r"x \phantom{+1}", r"\phantom changes what is shown"),
        (r"x^{2} % + 7", "a bare % begins a comment"),
        (r"x \foo 3", r"unknown command \foo"),
        ("<script>alert(1)</script>", "an HTML tag, <script>"),
        ("\x00", "a control character, U+0000"),
        ("x\x00", "a control character, U+0000"),
        ("x\u200b", "an invisible character, U+200B (zero width space)"),
        ("x\ufeff+1", "an invisible character, U+FEFF (zero width no-break space)"),
        ("x\u202ey", "an invisible control of writing direction, U+202E (right-to-left override)"),
        ("\u0430+1", "the character U+0430 (cyrillic small letter a) only looks like 'a'"),
        ("x\u0445", "the character U+0445 (cyrillic small letter ha) only looks like 'x'"),
        ("\u0391", "the character U+0391 (greek capital letter alpha) only looks like 'A'"),
        ("\ud800", "a surrogate character, U+D800"),
        ("\uff58+1", "the character U+FF58 (fullwidth latin small letter x) only looks like 'x'"),
        ("x\u0301", "a combining mark, U+0301 (combining acute accent)"),
        ("\U0001f600", "the character '\U0001f600', U+1F600 (grinning face), is not read in formulas"),
        ("(" * 5000, "the answer is longer than 4096 bytes"),
        ("(" * 1500, "brackets are nested more than 64 deep"),
        ("{" * 1500 + r"\sin", "brackets are nested more than 64 deep"),
        (r"\frac{" * 600, "brackets are nested more than 64 deep"),
        (r"\sqrt " * 650 + "x", "the formula is nested more than 64 levels deep"),
        ("x^" * 900 + "x", "the formula is nested more than 64 levels deep"),
        ("x/" * 900 + "x", "the formula is nested more than 96 levels deep"),
        ("-" * 1900 + "x", "the formula is nested more than 64 levels deep"),
        ("sin " * 900 + "x", "the formula is nested more than 64 levels deep"),
        (r"\sum_{i=1}^n " * 150 + "x", "more than 100 big operators"),
        ("a" * 1_000_000, "the answer is longer than 4096 bytes"),
        ("x+" * 1500 + "x", "the formula has more than 2000 parts"),
        ("y" * 4000, "a word of 4000 letters"),
        ("1" * 1001, "a number of 1001 digits"),
        ("1e9999", "a power of ten beyond 1000"),
    ],
    ids=lambda value: str(value)[:24].encode("unicode_escape").decode(),
)
def test_hostile_input_is_refused_by_name(text: str, reason: str | None):
    answer = _answered(text)

    if reason is not None:
        assert isinstance(answer, Refusal)
        assert answer.reason.startswith(reason)


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("9**9**9**9", "9**9**9**9"),
        ("((9!)!)!", "factorial(factorial(factorial(9)))"),
        (r"\sum_{k=1}^{10^9} k", "Sum(k, (k, 1, 10**9))"),
        (r"\binom{10^8}{5 \cdot 10^7}", "binomial(10**8, 5*10**7)"),
        ("2**(2**40)", "2**(2**40)"),
        ("0**0/0", "0**0/0"),
        ("(" * 60 + "x" + ")" * 60, "x"),
    ],
)
def test_a_bomb_is_read_and_not_evaluated(text: str, reads: str | None):
    answer = _answered(text)

    assert isinstance(answer, Reading)
    assert to_text(answer.node).replace("**2**40", "**(2**40)") == reads


PIECES = (
    *(
        r"\frac",
        r"\sqrt",
        r"\sum",
        r"\prod",
        r"\int",
        r"\lim",
        r"\left(",
        r"\right)",
        r"\left|",
        r"\right|",
        r"\begin{bmatrix}",
    ),
    *(
        r"\end{bmatrix}",
        r"\begin{cases}",
        r"\end{cases}",
        r"\text{if}",
        r"\text{a b}",
        r"\mathbb{E}",
        r"\mathbf{1}",
        r"\hat",
    ),
    *(
        r"\partial",
        r"\nabla",
        r"\max",
        r"\arg\min",
        r"\log",
        r"\sin",
        r"\cdot",
        r"\mid",
        r"\|",
        r"\{",
        r"\}",
        r"\\",
        r"\to",
    ),
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "|",
        "||",
        "^",
        "_",
        "+",
        "-",
        "*",
        "/",
        "**",
        "//",
        "=",
        "<",
        ">=",
        ",",
        ";",
        ":",
        "!",
    ),
    *(
        "x",
        "y",
        "n",
        "K",
        "A",
        "w",
        "Z",
        "T",
        "d",
        "dx",
        "e",
        "i",
        "E",
        "P",
        "I",
        "O",
        "1",
        "2",
        "12",
        "0.5",
        "1e-3",
        " ",
        "\n",
    ),
    *(
        "sin",
        "log",
        "sum",
        "Sum",
        "max",
        "Var",
        "Cov",
        "Matrix",
        "Piecewise",
        "Derivative",
        "Integral",
        "for",
        "in",
        "if",
    ),
    *(
        "else",
        "or",
        "and",
        "not",
        "range",
        "Eq",
        "$",
        "$$",
        r"\boxed{",
        "&",
        "%",
        ".",
        "...",
        "'",
        "σ",
        "²",
        "√",
        "∑",
        "½",
        "‖",
    ),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from(("auto", "latex", "text")), st.booleans())
def test_any_pieces_in_any_order_are_answered(parts: list[str], syntax: str, declared: bool):
    _answered("".join(parts), DECLARATION if declared else None, syntax)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from(("auto", "latex", "text")))
def test_any_text_is_answered(text: str, syntax: str):
    _answered(text, DECLARATION, syntax)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=string.ascii_letters + string.digits + r"\{}^_()[]|+-*/=,. $&", max_size=120))
def test_any_ascii_is_answered(text: str):
    _answered(text, None)


@pytest.mark.parametrize(
    "text",
    [
        "_n_}{}n_}n}n_EaEnEE}E_",
        r"\int_0^1 \frac{dx}{xde w",
        r"\int \frac{dx",
        "E_",
        "x^",
        "x_",
        r"\hat",
        r"\sum_",
        "x'()'f",
        "O(nK^2",
        r"O(\log(n)",
        "-}o({n)",
        r"\overline{A{ B}",
    ],
)
def test_what_the_fuzzer_found_is_answered(text: str):
    _answered(text, None)
    _answered(text)


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_repeated_to_the_limit_is_answered(piece: str):
    _answered((piece * 4096)[:4096], None)
    _answered(((piece + " ") * 4096)[:4096])
