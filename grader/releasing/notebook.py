"""The notebook that students fill in: statements, and a cell for each answer, none of them answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from grader.problem import Answer, ProblemSet
from grader.problem.kinds import answer_markdown
from grader.problem.variants import identity
from grader.releasing.words import points


def release_cells(problem_set: ProblemSet) -> list[dict[str, Any]]:
    """The cells of the notebook as nbformat 4.5 dictionaries; ids are the same on every release."""
    names = list(problem_set.problems)
    intro = f"# {problem_set.title}\n\n{problem_set.introduction.strip()}".strip()
    cells = [_cell("markdown", intro, {"problem_set": problem_set.name})]
    for number, name in enumerate(names, 1):
        problem = problem_set.problems[name]
        worth = points(problem.points, problem_set.language)
        head = f"## {number}. {problem.title} ({worth})\n\n{problem.statement.strip()}"
        cells.append(_cell("markdown", head, {"problem": name}))
        if problem.setup.strip():
            cells.append(_cell("code", problem.setup.strip(), {"problem": name, "setup": "true"}))
        cells += [_answer_cell(answer_name, answer) for answer_name, answer in problem.answers.items()]
    return cells


def notebook_json(problem_set: ProblemSet) -> str:
    """The notebook's text; opens in Jupyter, Colab and VS Code.

    Where problems have numbers, it says which version it is; grading takes that for a claim and no more.
    """
    variant = identity(problem_set)
    notebook = {
        "cells": release_cells(problem_set),
        "metadata": {
            "grader": {"problem_set": problem_set.name, "format": 1, **({"variant": variant} if variant else {})},
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def solutions_json(problem_set: ProblemSet, solutions: Mapping[str, str]) -> str:
    """The sheet for after the deadline: every statement with its solution below it, the proof included."""
    cells = []
    for cell in release_cells(problem_set):
        tag = cell["metadata"]["grader"]
        if "answer" in tag:
            continue
        cells.append(cell)
        if tag.get("problem") in solutions and "setup" not in tag:
            cells.append(_cell("code", solutions[tag["problem"]].strip(), {"solution": tag["problem"]}))
    notebook = json.loads(notebook_json(problem_set)) | {"cells": cells}
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _answer_cell(name: str, answer: Answer) -> dict[str, Any]:
    markdown = answer_markdown(name, answer)
    if markdown is not None:
        return _cell("markdown", markdown, {"answer": name})
    prompt = f"\n# {answer.prompt}" if answer.prompt else ""
    return _cell("code", f"# answer: {name}{prompt}\n{answer.cell(name)}", {"answer": name})


def _cell(kind: str, source: str, tag: dict[str, str]) -> dict[str, Any]:
    digest = hashlib.sha256(json.dumps([tag, kind], sort_keys=True).encode()).hexdigest()[:12]
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": digest,
        "metadata": {"grader": tag},
        "source": source.splitlines(keepends=True),
    }
    if kind == "code":
        cell |= {"execution_count": None, "outputs": []}
    return cell
