"""Constants are proven, statements compared by where they hold, lists part by part, numbers as the mode allows."""

from fractions import Fraction

import pytest

from grader.errors import AuthoringError
from grader.mathematics.verdict import MODES, Mode, parse_mode
from tests.deciding import decide


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (r"\sqrt2 + \sqrt3", r"\sqrt{5 + 2\sqrt6}"),
        (r"\sin(\pi/12)", r"\frac{\sqrt6 - \sqrt2}{4}"),
        (r"\cos(2\pi/7) + \cos(4\pi/7) + \cos(6\pi/7)", "-1/2"),
        (r"\frac{\log 8}{\log 2}", "3"),
        (r"\log 6", r"\log 2 + \log 3"),
        (r"e^{i\pi}", "-1"),
        (r"\arctan 1", r"\pi/4"),
        (r"6 \arcsin(1/2)", r"\pi"),
        (r"e^2 e^3", "e^5"),
        (r"\sinh 1", r"\frac{e - 1/e}{2}"),
        (r"\sqrt[3]{2}\sqrt[3]{4}", "2"),
        ("9^{9^{9^9}}", "9**9**9**9"),
        (r"\sum_{i=1}^{1000000000} i", "500000000500000000"),
    ],
)
def test_constants_are_equal_by_proof(student: str, reference: str):
    verdict = decide(student, reference)

    assert verdict.verdict == "equal", verdict
    assert "random points" not in verdict.reason


@pytest.mark.parametrize(
    ("student", "reference"),
    [
        (r"\sqrt2 + \sqrt3", r"\sqrt{5 + 2\sqrt6} + 10^{-50}"),
        (r"e^{\pi\sqrt{163}}", "262537412640768744"),
        ("1 + e^{-1000}", "1"),
        (r"\pi", "3.14159265358979323846"),
    ],
)
def test_constants_that_are_close_are_told_apart(student: str, reference: str):
    verdict = decide(student, reference)

    assert verdict.verdict == "different"
    assert verdict.witness is not None
    assert verdict.witness.student != verdict.witness.reference


LABELS = "d=positive-integer;sigma=positive"


@pytest.mark.parametrize(
    ("student", "reference", "symbols", "expected"),
    [
        (r"\operatorname{Var}[y] = \frac12 d\sigma^2", "d*sigma**2/2", LABELS, "equal"),
        (r"\operatorname{Var}[y] = d\sigma^2 \cdot \frac12 = \frac{d\sigma^2}{2}", "d*sigma**2/2", LABELS, "equal"),
        (r"\operatorname{Var}[y] = d\sigma^2 = \frac{d\sigma^2}{2}", "d*sigma**2/2", LABELS, "different"),
        (r"\sigma^2 = 2/d", r"\sqrt{2/d}", LABELS, "equal"),
        (r"\sigma^2 = 2/d", r"\sqrt{2/d}", "d=positive-integer;sigma=real", "different"),
        (r"\sigma = \pm\sqrt{2/d}", r"\sigma = \sqrt{2/d}", LABELS, "different"),
        ("y = 3x - 13", "3x - y - 13 = 0", "x=real;y=real", "equal"),
        ("y = 3x + 13", "3x - y - 13 = 0", "x=real;y=real", "different"),
        (r"y = \sqrt{1-x^2}", "x^2 + y^2 = 1", "x=real;y=real", "different"),
        ("x^2 = 4", "(x-2)(x+2) = 0", "x=real", "equal"),
        ("x = 2", "(x-2)(x+2) = 0", "x=real", "different"),
        ("x = 2", "(x-2)(x+2) = 0", "x=positive", "equal"),
        (r"x = \pm 2", "x^2 = 4", "x=real", "equal"),
        ("5 >= x", "x < 5", "x=real", "different"),
        ("5 >= x", "x <= 5.1", "x=real", "different"),
        ("5 >= x", "2x - 10 <= 0", "x=real", "equal"),
        (r"\|\theta\|_2 < \|\phi\|_2", r"\|\phi\| > \|\theta\|", "theta=vector n;phi=vector n", "equal"),
        (r"\|\theta\|_2 > \|\phi\|_2", r"\|\phi\| > \|\theta\|", "theta=vector n;phi=vector n", "different"),
        (r"[0, 1)", "0 <= x < 1", "x=real", "equal"),
        (r"\{\sqrt 8, 1/2\}", r"\{0.5, 2\sqrt 2\}", "x=real", "equal"),
        (r"\{\sqrt 8, 1/2, 3\}", r"\{0.5, 2\sqrt 2\}", "x=real", "different"),
        ("(2, 3)", r"\{2, 3\}", "x=real", "different"),
        ("2, 3", r"\{3, 2\}", "x=real", "equal"),
        ("z = 3 + 3 = 2", "2", "z=real", "different"),
        (r"[0, 2\pi]", r"0 \le t \le 2\pi", "t=real", "equal"),
        (r"[0, 2\pi)", r"0 \le t \le 2\pi", "t=real", "different"),
        (r"x^2 < 2", r"x^2 \le 2", "x=real", "different"),
        (r"(-\infty, 1) \cup (2, \infty)", "x^2 - 3x + 2 > 0", "x=real", "equal"),
        (r"(-\infty, 1] \cup (2, \infty)", "x^2 - 3x + 2 > 0", "x=real", "different"),
        (r"\{1, 2\} \cup \{2, 3\}", r"\{1, 2, 3\}", "x=real", "equal"),
        (r"x = \sqrt 2", "x^2 = 2", "x=real", "different"),
        (r"x = \pm\sqrt 2", "x^2 = 2", "x=real", "equal"),
        ("x = 2, y = -1", "x + y = 1, x - y = 3", "x=real;y=real", "equal"),
        ("x + y = 1, 2x + 2y = 2", "x + y = 1, x - y = 3", "x=real;y=real", "different"),
        ("(0, 1)", "[0, 1]", "x=real", "different"),
        ("(4, 128)", "[4, 128]", "x=real", "equal"),
        ("[11/30, 11/3]", "(11/30, 11/3)", "x=real", "equal"),
    ],
)
def test_statements_hold_at_the_same_points(student: str, reference: str, symbols: str, expected: str):
    assert decide(student, reference, symbols).verdict == expected


def test_a_system_is_refuted_by_a_solution():
    verdict = decide("x + y = 1, 2x + 2y = 2", "x + y = 1, x - y = 3", "x=real;y=real")

    assert verdict.witness is not None
    point = {name: Fraction(text) for name, text in verdict.witness.values}
    assert point["x"] + point["y"] == 1
    assert point["x"] - point["y"] != 3


def test_a_broken_step_of_a_calculation_is_named():
    verdict = decide(r"d\sigma^2 = 2 d \sigma^2 = \frac{d\sigma^2}{2}", "d*sigma**2/2", LABELS)

    assert verdict.verdict == "different"
    assert verdict.reason.startswith("step 1 of the calculation does not hold")


RECURRENT = "c=positive;beta=open-probability;t=positive-integer;m=sequence real"
FIELD = "L=positive-integer;K=sequence positive-integer;S=sequence positive-integer;W=sequence real;l=index"
FIELD_FORMULA = r"1 + \sum_{j=1}^{L} (K^{(j)}-1) \prod_{i=1}^{j-1} S^{(i)}"


@pytest.mark.parametrize(
    ("student", "reference", "symbols", "expected"),
    [
        (r"m^{(t)} = \beta m^{(t-1)} + c, m^{(0)} = 0", r"c\frac{1-\beta^t}{1-\beta}", RECURRENT, "equal"),
        (r"m^{(t)} = \beta m^{(t-1)} + c, m^{(0)} = c", r"c\frac{1-\beta^t}{1-\beta}", RECURRENT, "different"),
        (r"W^{(l)}=S^{(l+1)}(W^{(l+1)}-1)+K^{(l+1)}, W^{(L)}=1", FIELD_FORMULA, FIELD, "equal"),
        (r"W^{(l)}=S^{(l+1)}W^{(l+1)}+K^{(l+1)}, W^{(L)}=1", FIELD_FORMULA, FIELD, "different"),
    ],
)
def test_a_recurrence_is_compared_with_its_closed_form(student: str, reference: str, symbols: str, expected: str):
    assert decide(student, reference, symbols).verdict == expected


@pytest.mark.parametrize(
    ("student", "reference", "mode", "expected"),
    [
        ("-x", "x", "up-to-sign", "equal"),
        ("2x", "x", "up-to-sign", "different"),
        ("3x^2", "x^2", "up-to-positive-factor", "equal"),
        ("-3x^2", "x^2", "up-to-positive-factor", "different"),
        ("-3x^2", "x^2", "up-to-factor", "equal"),
        (r"\pi x^2", "x^2", "up-to-factor", "equal"),
        ("x^3", "x^2", "up-to-factor", "different"),
        ("x^2 + 3", "x^2", "up-to-additive-constant", "equal"),
        ("x^2 + x", "x^2", "up-to-additive-constant", "different"),
        ("x^2 + y", "x^2", "up-to-additive-constant:x", "equal"),
        ("0.33", "1/3", "digits:2", "equal"),
        ("0.34", "1/3", "digits:2", "different"),
        ("1.0784", "1.08", "tolerance:abs=0.02", "equal"),
        ("1.0784", "1.1784", "tolerance:abs=0.02", "different"),
        ("0.001", "0", "tolerance:rel=0.01", "different"),
        ("[[0.01, 2.99]]", "[[0, 3]]", "tolerance:abs=0.02", "equal"),
        ("[[0.01, 2.9]]", "[[0, 3]]", "tolerance:abs=0.02", "different"),
        ("591.5 MiB", "592 MiB", "tolerance:abs=1", "equal"),
        ("232.66 MB", "221.88 MiB", "tolerance:rel=1e-3", "equal"),
        ("58.16 MB", "221.88 MiB", "tolerance:rel=1e-3", "different"),
        ("232.66", "232.66 MB", "exact", "different"),
        ("1024 MiB", "1 GiB", "exact", "equal"),
        ("50%", "1/2", "exact", "equal"),
        ("(3, 1, 2)", "(1, 2, 3)", "permutation", "equal"),
        ("(3, 1, 1)", "(1, 2, 3)", "permutation", "different"),
        ("[[3, 4], [1, 2]]", "[[1, 2], [3, 4]]", "permutation", "equal"),
        ("[[0.5, 2], [3, 4]]", "Matrix([[1/2, 2], [3, 4]])", "exact", "equal"),
        ("[[0.5, 3], [2, 4]]", "Matrix([[1/2, 2], [3, 4]])", "exact", "different"),
    ],
)
def test_modes_allow_what_they_say(student: str, reference: str, mode: str, expected: str):
    assert decide(student, reference, mode=mode).verdict == expected


def test_a_wrong_entry_is_named():
    verdict = decide("[[0.5, 3], [2, 4]]", "Matrix([[1/2, 2], [3, 4]])")

    assert verdict.witness is not None
    assert (verdict.witness.note, verdict.witness.student, verdict.witness.reference) == ("entry (1, 2)", "3", "2")


@pytest.mark.parametrize("name", [name for name in MODES if name not in ("tolerance", "digits")])
def test_every_listed_mode_reads(name: str):
    assert parse_mode(name) == Mode(name)


def test_tolerances_are_exact_rationals():
    mode = parse_mode("tolerance:rel=1e-3,abs=0.02")

    assert (mode.relative, mode.absolute) == (Fraction(1, 1000), Fraction(1, 50))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("exactly", "unknown mode 'exactly'; known are exact, "),
        ("digits:x", "digits takes a whole number from 1 to 1000"),
        ("tolerance", "say which tolerance"),
        ("tolerance:rel=1e999999999", "cannot read"),
        ("exact:3", "exact takes no options"),
    ],
)
def test_an_unknown_mode_is_refused(text: str, words: str):
    with pytest.raises(AuthoringError, match=words):
        parse_mode(text)


@pytest.mark.parametrize(
    ("student", "equal"),
    [
        (r"\sigma^2 = \frac{2}{d} \Rightarrow \sigma = \sqrt{\frac{2}{d}}", True),
        (r"\frac{1}{2} d \sigma^2 = 1 \implies \sigma = \sqrt{2/d}", True),
        (r"\sigma^2 = \frac{2}{d} \Rightarrow \sigma = \frac{2}{d}", False),
    ],
)
def test_what_an_implication_ends_with_is_the_answer(student: str, equal: bool):
    verdict = decide(student, r"\sqrt{2/d}", "d=positive integer;sigma=positive")

    assert verdict.equal is equal, verdict


@pytest.mark.parametrize(
    ("student", "equal"),
    [
        ("W[l] = S[l+1]*W[l+1] + K[l+1] - S[l+1], W[L] = 1", True),
        ("W[L] = 1, W[l-1] = K[l] + S[l]*(W[l] - 1)", True),
        (r"W_l = \begin{cases} 1 & l = L \\ S_{l+1}(W_{l+1} - 1) + K_{l+1} & \text{otherwise} \end{cases}", True),
        (r"W_l = \begin{cases} 0 & l = L \\ S_{l+1}(W_{l+1} - 1) + K_{l+1} & \text{otherwise} \end{cases}", False),
        ("W[l] = S[l+1]*W[l+1] + K[l+1], W[L] = 1", False),
    ],
)
def test_recurrences_from_a_symbolic_end_are_decided(student: str, equal: bool):
    symbols = "W=sequence positive integer;K=sequence positive integer;S=sequence positive integer"

    verdict = decide(student, "W[l] = S[l+1]*(W[l+1] - 1) + K[l+1], W[L] = 1", f"{symbols};L=positive integer;l=index")

    assert verdict.verdict == ("equal" if equal else "different"), verdict


def test_a_family_without_its_index_agrees_nowhere_but_at_one_member():
    verdict = decide(
        r"1 + (K - 1) \sum_{j=1}^{L} S^{j-1}",
        r"1 + \sum_{j=1}^{L} (K_j - 1) \prod_{i=1}^{j-1} S_i",
        "K=sequence positive integer;S=sequence positive integer;L=positive integer",
    )

    assert verdict.verdict == "different", verdict


@pytest.mark.parametrize(
    ("value", "equation", "expected"),
    [
        ("0", "3x - y + 13 = 0", "different"),
        ("= 0", "x^2 + y^2 = 0", "different"),
        ("1", "x^2 + y^2 = 1", "undecided"),
        ("2", "x^2 + y^2 = 1", "different"),
        ("a + b", "y = a + b", "equal"),
    ],
)
def test_one_side_of_an_equation_of_several_symbols_is_not_the_equation(value: str, equation: str, expected: str):
    assert decide(value, equation, "x=real;y=real;a=real;b=real").verdict == expected
