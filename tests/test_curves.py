"""Both sides of a wrong formula are drawn where a point says less, and only where the expected value may be shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.assertions import assert_equivalent
from grader.errors import CheckFailed
from grader.mathematics.kinds import declare
from grader.mathematics.plotting import Drawer
from grader.mathematics.reading import Reading, read
from grader.mathematics.worker import Comparer, Request
from grader.rendering import render_submission
from grader.rendering.plots import HEIGHT, WIDTH, plot_of
from grader.result import CheckResult, Outcome, ProblemResult, State, SubmissionResult
from grader.scoring import score_submission
from grader.values import Formula
from tests.test_rendering import DESCRIPTION, PAYLOADS, assert_inert


@pytest.fixture(scope="module")
def tools() -> Iterator[tuple[Comparer, Drawer]]:
    drawer = Drawer()
    with Comparer() as comparer:
        yield comparer, drawer
    drawer.close()


def drawn(tools: tuple[Comparer, Drawer], student: str, reference: str, **symbols: str) -> dict[str, Any] | None:
    comparer, drawer = tools
    request = Request(student, reference, {name: kind.replace("_", " ") for name, kind in symbols.items()})
    witness = comparer.compare(request).verdict.witness
    assert witness is not None
    return drawer.curve(request, witness.values)


def test_both_sides_are_evaluated_along_a_real_variable(tools: tuple[Comparer, Drawer]):
    curve = drawn(tools, "x^2", "x^3", x="real")

    assert curve is not None
    assert (curve["variable"], curve["whole"], curve["fixed"]) == ("x", False, [])
    for at, yours, expected in zip(curve["at"], curve["yours"], curve["expected"], strict=True):
        assert yours == pytest.approx(at**2, rel=2e-3, abs=1e-3)
        assert expected == pytest.approx(at**3, rel=2e-3, abs=1e-3)


def test_whole_numbers_are_points_within_their_kind(tools: tuple[Comparer, Drawer]):
    curve = drawn(tools, "1 - beta^t", "1 - beta^(t+1)", beta="open probability", t="positive integer")

    assert curve is not None
    assert curve["variable"] == "t"
    assert curve["whole"]
    assert min(curve["at"]) >= 1
    assert [name for name, _ in curve["fixed"]] == ["beta"]


@pytest.mark.parametrize(
    ("student", "reference", "symbols"),
    [
        ("2 a", "a/2", {"a": "positive"}),  # a factor says it all
        ("1", "2", {}),
        ("A", "A^T", {"A": "matrix n n", "n": "positive integer"}),
        ("log(x) * sqrt(-1 - x^2)", "x", {"x": "real"}),  # no real value anywhere
        ("z^2", "z", {"z": "complex"}),
    ],
)
def test_nothing_is_drawn_that_says_no_more(tools: tuple[Comparer, Drawer], student: str, reference: str, symbols: Any):
    assert drawn(tools, student, reference, **symbols) is None


def formula(text: str, *, show_expected: bool) -> Formula:
    declaration = declare({"x": "real"})
    reading = read(text, declaration)
    assert isinstance(reading, Reading)
    return Formula("f", text, reading, declaration, show_expected=show_expected)


@pytest.mark.parametrize("shown", [True, False])
def test_curve_is_kept_only_where_the_expected_value_may_be_shown(shown: bool):
    with pytest.raises(CheckFailed) as failure:
        assert_equivalent(formula("x^2", show_expected=shown), "x^3")

    assert ("curve" in failure.value.evidence) is shown
    assert ("expected" in failure.value.evidence) is shown


CURVE = {"variable": "x", "fixed": [["d", "4"]], "at": [0.0, 1.0, 2.0, 3.0], "yours": [0.0, 1.0, None, 9.0],
         "expected": [0.0, 1.0, 8.0, 27.0], "whole": False}  # fmt: skip


def check(curve: object, **more: Any) -> CheckResult:
    evidence = {"curve": curve, "values": [["x", "2"]], "student": "4", "expected": "8"}
    return CheckResult(check="c", claim="C.", points=3, outcome=Outcome.FAILED, evidence=evidence, **more)


def page(one: CheckResult) -> str:
    result = SubmissionResult(
        student="student-01", problem_set="demo", state=State.GRADED, digest="d" * 64, key="k",
        problems=(ProblemResult(problem="p", title="P", checks=(one, one)),),
    )  # fmt: skip
    return render_submission(result, score_submission(result), DESCRIPTION)


def test_plot_has_a_title_and_a_description_of_its_own():
    html = page(check(CURVE))

    assert html.count("<svg") == 2
    named = re.findall(r'aria-labelledby="([\w-]+) ([\w-]+)"', html[html.index("<svg") :])
    assert len(set(named)) == 2
    for title, words in named:
        assert f'<title id="{title}">yours and the expected values over x</title>' in html
        assert f'<desc id="{words}">furthest apart at x = 3: yours 9, expected 27</desc>' in html
    assert "d = 4" in html
    assert "<script" not in html


def test_line_is_broken_where_a_side_has_no_value():
    plot = plot_of(check({**CURVE, "at": [0, 1, 2, 3, 4, 5], "yours": [0, 1, None, 1, 2, 3], "expected": [0] * 6}))

    assert plot is not None
    assert len(plot.yours) == 2
    assert len(plot.expected) == 1


def test_hidden_check_shows_no_plot():
    assert plot_of(check(CURVE, hidden=True)) is None
    assert "<svg" not in page(check(CURVE, hidden=True))


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_payload_in_a_curve_is_inert(payload: str):
    hostile = {**CURVE, "variable": payload, "fixed": [[payload, payload]], "at": [0, 1, payload, 3]}

    assert_inert(page(check(hostile)))
    named = page(check({**CURVE, "variable": payload, "fixed": [[payload, payload]]}))
    assert_inert(re.sub(r"</?svg[^>]*>", "", named))


numbers = st.one_of(st.none(), st.floats(), st.integers(-10, 10), st.text(max_size=3))


@given(st.lists(st.tuples(numbers, numbers, numbers), max_size=30), st.booleans())
def test_any_numbers_are_drawn_inside_of_the_box_or_not_at_all(rows: list[tuple[Any, Any, Any]], whole: bool):
    at, yours, expected = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    plot = plot_of(check({**CURVE, "at": at, "yours": yours, "expected": expected, "whole": whole}))

    if plot is None:
        return
    corners = [tuple(map(float, point.split(","))) for line in (*plot.yours, *plot.expected) for point in line.split()]
    corners += [*plot.your_marks, *plot.expected_marks]
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in corners)
    assert len(plot.up) <= 12
