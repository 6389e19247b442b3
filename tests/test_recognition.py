"""Answers are found however a notebook was edited."""

from __future__ import annotations

import pytest

from grader import Expression, Figure, Function, Number, Problem, Text
from grader.errors import SubmissionError
from grader.loading.recognition import bound_names, find_places
from grader.problem import ProblemSet, RubricItem
from grader.problem.kinds import answer_markdown
from grader.submission import Cell, Place, Submission
from grader.validation import validate_submission

PROBLEM = Problem(
    title="t",
    statement="",
    answers={
        "variance": Expression(d="positive integer"),
        "count": Number(),
        "softmax": Function("softmax(x)"),
        "why": Text({"a": RubricItem(1, "says why")}),
    },
)


def markdown(source: str, **tag: str) -> Cell:
    return Cell("markdown", source, tag)


def code(source: str, **tag: str) -> Cell:
    return Cell("code", source, tag)


def places(*cells: Cell) -> dict[str, Place]:
    return find_places(cells, {"one": PROBLEM})


RELEASED = answer_markdown("variance", PROBLEM.answers["variance"]) or ""


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (markdown(RELEASED.replace(r"\dots", r"d\sigma^2"), answer="variance"), r"$$d\sigma^2$$"),
        (markdown(RELEASED.replace(r"\dots", "d")), "$$d$$"),
        (markdown("$d^2$", answer="variance"), "$d^2$"),
        (markdown("**Answer `variance`** $d$"), "$d$"),
        (markdown("variance = $d/2$"), "$d/2$"),
        (markdown("- `variance`: d/2"), "d/2"),
        (markdown("$variance = d/2$"), "$d/2$"),
    ],
)
def test_formula_in_markdown_is_found(cell: Cell, text: str):
    assert places(cell)["variance"] == Place(0, text)


def test_a_figure_without_anything_drawn_is_blank():
    drawn = Problem(title="t", statement="", answers={"picture": Figure()})
    stub = f"# answer: picture\n{drawn.answers['picture'].cell('picture')}"

    assert find_places([code(stub, answer="picture")], {"one": drawn}) == {}
    assert find_places([code(f"{stub}\naxes.plot([1, 2])", answer="picture")], {"one": drawn}) == {"picture": Place(0)}


def test_a_line_of_the_statement_is_nobodys_answer():
    stated = Problem(title="t", statement="- `count`: how many are there at $p = 0$?", answers={"count": Number()})
    cell = markdown(f"## 1. t\n\n{stated.statement}")

    assert find_places([cell], {"one": stated}) == {}
    assert find_places([cell, markdown("- `count`: 3")], {"one": stated}) == {"count": Place(1, "3")}


@pytest.mark.parametrize(
    "cell",
    [
        markdown(RELEASED, answer="variance"),
        markdown("**Answer `variance`**:\n\n$$ $$", answer="variance"),
        markdown("**Answer `variance`**: …"),
        code('variance = ""', answer="variance"),
        code("variance = ...", answer="variance"),
        code("# answer: softmax\ndef softmax(x):\n    ...", answer="softmax"),
        code('def softmax(x):\n    """Doc."""\n    raise NotImplementedError', answer="softmax"),
    ],
)
def test_blank_cell_is_no_answer(cell: Cell):
    assert places(cell) == {}


def test_merged_cells_give_each_answer():
    cell = markdown("**Answer `variance`**: $d$\n\n**Answer `why`**: because")

    assert places(cell) == {"variance": Place(0, "$d$"), "why": Place(0, "because")}


def test_last_cell_that_is_not_blank_wins():
    cells = (code("count = 1"), code("count = 2"), code("count = ..."))

    assert places(*cells)["count"] == Place(1)


def test_marked_cell_wins_over_a_later_reuse_of_the_name():
    cells = (code("# answer: count\ncount = 8"), code("count = 0\nfor count in range(3): pass"))

    assert places(*cells)["count"] == Place(0)


def test_string_in_code_cell_answers_a_formula():
    assert places(code('variance = "d/2"'))["variance"] == Place(0)


def test_cell_with_a_syntax_error_is_still_known_to_answer():
    assert places(code("def softmax(x):\n    return (x"))["softmax"] == Place(0)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("x = 1", {"x": False}),
        ("x, (y, *z) = f()", {"x": False, "y": False, "z": False}),
        ("x: int = 1", {"x": False}),
        ("with open(p) as x:\n    y = 1", {"x": False, "y": False}),
        ("if a:\n    x = 1\nelse:\n    y = 2", {"x": False, "y": False}),
        ("try:\n    x = 1\nexcept E:\n    y = 2", {"x": False, "y": False}),
        ("def f():\n    x = 1", {"f": False}),
        ("import numpy as np\nfrom a import b", {"np": False, "b": False}),
        ("%matplotlib inline\nx = 1\n!ls", {"x": False}),
        ("%%time\nx = 1", {"x": False}),
        ("x += 1", {"x": False}),
        ("x = [[...]]", {"x": True}),
    ],
)
def test_bound_names_of_a_cell(source: str, names: dict[str, bool]):
    assert bound_names(source) == names


def test_wrong_file_is_named():
    problem_set = ProblemSet("ps", "Title", {"one": PROBLEM}, "")
    stranger = Submission("student-01", "ps", "", (code("print(1)"),), related=False, origin="a/b.ipynb")

    with pytest.raises(SubmissionError, match="^b.ipynb: nothing in it answers 'ps'.*is it the right file"):
        validate_submission(stranger, problem_set)


def test_untouched_and_unfinished_notebooks_are_told():
    problem_set = ProblemSet("ps", "Title", {"one": PROBLEM}, "")
    blank = Submission("student-01", "ps", "", (markdown(RELEASED),))
    part = Submission("student-01", "ps", "", (code("count = 1"),), {"count": Place(0)})

    assert validate_submission(blank, problem_set) == ("no answer was changed: the notebook is as it was released",)
    assert validate_submission(part, problem_set) == ("1 of 4 answers were given",)
