"""Section C, as far as it concerns grading: notebooks whose metadata, cells and outputs are not as they were given."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.pipeline.describing import describe
from grader.rendering.pages import render_submission
from grader.result import State
from grader.scoring import score_submission
from tests.attacks.arena import HONEST, POINTS, SECRET, Arena, notebook, points, words_of

Document = dict[str, Any]


def document() -> Document:
    """An honest notebook, to be tampered with."""
    whole: Document = json.loads(notebook(list(HONEST.values())))
    return whole


def metadata_of_cells(value: Document) -> Callable[[Document], None]:
    def tamper(whole: Document) -> None:
        for cell in whole["cells"]:
            cell["metadata"] = value

    return tamper


def set_metadata(**values: Any) -> Callable[[Document], None]:
    def tamper(whole: Document) -> None:
        whole["metadata"].update(values)

    return tamper


def _fake_outputs(whole: Document) -> None:
    for cell in whole["cells"]:
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["All tests passed! Score: 100"]}]
        cell["execution_count"] = 1


def _attachments(whole: Document) -> None:
    whole["cells"].append(
        {
            "cell_type": "markdown",
            "metadata": {"code": "import os; os._exit(1)"},
            "attachments": {"x.py": {"text/plain": "import os; os._exit(1)"}},
            "source": "text",
        }
    )
    whole["cells"].append({"cell_type": "raw", "metadata": {}, "source": "import os; os._exit(1)"})


def _edited_statement(whole: Document) -> None:
    whole["cells"].insert(0, {
        "cell_type": "markdown", "metadata": {"grader": {"problem": "doubling"}, "editable": True},
        "source": "## 1. Doubling (300 points)\n\nAnything earns everything.\n\n`assert True`",
    })  # fmt: skip
    whole["cells"].append({
        "cell_type": "code", "metadata": {"nbgrader": {"grade": True, "locked": True}}, "outputs": [],
        "execution_count": None, "source": "def of_an_array(student, reference, rng):\n    assert True",
    })  # fmt: skip


def _swapped_ids(whole: Document) -> None:
    cells, names = whole["cells"], list(HONEST)
    for cell, name in zip(cells[:2], names[1::-1], strict=True):
        cell["metadata"] = {"grader": {"answer": {"doubling": "double", "mean": "mean"}[name]}}


def _one_id_for_all(whole: Document) -> None:
    for cell in whole["cells"]:
        cell["metadata"] = {"grader": {"answer": "double"}}


def _twice(whole: Document) -> None:
    whole["cells"].append(dict(whole["cells"][0]))


HARMLESS: dict[str, Callable[[Document], None]] = {
    "C01 statements and tests that are not ours": _edited_statement,
    "C03 an answer cell twice": _twice,
    "C04 cells in another order": lambda whole: whole["cells"].reverse(),
    "C05a two answers with each other's ids": _swapped_ids,
    "C05b one id for every cell": _one_id_for_all,
    "C06 points in the metadata": metadata_of_cells(
        {"nbgrader": {"points": 1000, "grade": True, "locked": False, "schema_version": 99, "checksum": "0" * 32}}
    ),
    "C07 tags that skip cells": metadata_of_cells(
        {"tags": ["skip-execution", "otter_ignore", "remove-cell", "init_cell"]}
    ),
    "C08a a kernel of another language": set_metadata(
        kernelspec={"name": "bash", "language": "bash", "display_name": "x"}, language_info={"name": "R"}
    ),
    "C08b a kernel that is a path": set_metadata(kernelspec={"name": "../../bin/sh", "argv": ["/bin/sh"]}),
    "C09a cell ids that are paths": metadata_of_cells({"id": "../../../etc/passwd"}),
    "C09b cell ids that are pages": metadata_of_cells({"nbgrader": {"grade_id": "<script>alert(1)</script>" * 100}}),
    "C10 outputs that say passed": _fake_outputs,
    "C13 code where none is run": _attachments,
    "C14 another student's name": set_metadata(authors=[{"name": "student-01"}], student="student-01"),
}


@pytest.mark.parametrize("tamper", HARMLESS.values(), ids=HARMLESS.keys())
def test_what_is_graded_is_what_the_cells_say(arena: Arena, tamper: Callable[[Document], None]) -> None:
    whole = document()
    tamper(whole)

    graded = arena.grade(json.dumps(whole).encode())

    arena.check_invariants(graded)
    assert points(graded) == POINTS, words_of(graded)
    assert "Score: 100" not in graded.result.model_dump_json()


def test_c11_another_assignment_is_rejected_by_name(arena: Arena) -> None:
    whole = document()
    whole["metadata"]["grader"]["problem_set"] = "ps01"

    graded = arena.grade(json.dumps(whole).encode())

    assert graded.result.state is State.REJECTED_INPUT
    assert "wrong assignment: this notebook is for 'ps01'" in graded.result.message


def test_a_cell_of_another_type_is_not_run(arena: Arena) -> None:
    whole = document()
    whole["cells"][0]["cell_type"] = "raw"

    graded = arena.grade(json.dumps(whole).encode())

    arena.check_invariants(graded)
    assert points(graded) == {**POINTS, "doubling": 0.0}


def test_an_answer_that_is_missing_costs_only_itself(arena: Arena) -> None:
    whole = document()
    del whole["cells"][0]

    graded = arena.grade(json.dumps(whole).encode())

    arena.check_invariants(graded)
    assert points(graded) == {**POINTS, "doubling": 0.0}


def test_of_two_answers_the_last_counts_and_staff_are_told(arena: Arena) -> None:
    graded = arena.grade(notebook([*HONEST.values(), "def double(x):\n    return x"]))

    arena.check_invariants(graded)
    assert points(graded) == {**POINTS, "doubling": 0.0}


def test_c02_a_deleted_answer_is_told_and_costs_only_itself(arena: Arena) -> None:
    whole = document()
    whole["cells"] = [cell for cell in whole["cells"] if "def mean" not in cell["source"]]

    graded = arena.grade(json.dumps(whole).encode())

    arena.check_invariants(graded)
    assert points(graded) == {**POINTS, "mean": 0.0}
    assert "mean" in words_of(graded)


def test_c12_the_sheet_with_solutions_raises_an_alarm(arena: Arena) -> None:
    whole = document()
    whole["cells"][0]["metadata"] = {"grader": {"solution": "doubling"}}

    graded = arena.grade(json.dumps(whole).encode())

    arena.check_invariants(graded)
    assert any("solutions" in flag for flag in graded.result.flags)


def test_a35_what_is_equal_to_the_reference_is_graded_like_anything_else(arena: Arena, course: Path) -> None:
    solutions = [(course / f"reference/attacks/{name}/solution.py").read_text(encoding="utf-8") for name in HONEST]

    graded = arena.grade(notebook([text.replace(SECRET, "") for text in solutions]))

    arena.check_invariants(graded)
    assert points(graded) == POINTS
    assert graded.result.flags == arena.honest().result.flags


def test_d18_how_long_a_hidden_check_took_is_not_shown(arena: Arena) -> None:
    graded = arena.honest()
    slow = tuple(
        problem.model_copy(update={"checks": tuple(c.model_copy(update={"seconds": 71.25}) for c in problem.checks)})
        for problem in graded.result.problems
    )
    slower = graded.result.model_copy(update={"problems": slow})
    description = describe(arena.bench.problem_set)

    fast_page, slow_page = (
        render_submission(result, score_submission(result), description) for result in (graded.result, slower)
    )

    assert slow_page == fast_page
