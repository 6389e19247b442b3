"""Mutants of every coding problem are many, differ from the solution, and are explained only where they exist."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

from grader.loading.setfiles import set_names
from grader.loading.sets import load_set
from grader.pipeline.mutating import is_coding, mutants_of

ROOT = Path(__file__).parents[1]
SETS = {name: load_set(ROOT, name) for name in set_names(ROOT)}
CODING = [
    (name, problem)
    for name, problem_set in SETS.items()
    for problem, defined in problem_set.problems.items()
    if is_coding(defined)
]


@cache
def mutants(name: str, problem: str) -> tuple[str, list[str], list[str]]:
    """The solution's text, and each mutant's text and change."""
    source = (ROOT / "reference" / name / problem / "solution.py").read_text(encoding="utf-8")
    made = mutants_of(problem, SETS[name].problems[problem], source, most=10_000)
    return source, [mutant.source for mutant in made], [mutant.change for mutant in made]


@pytest.mark.parametrize(("name", "problem"), CODING)
def test_a_coding_problem_has_ten_mutants(name: str, problem: str):
    source, texts, _ = mutants(name, problem)

    assert len(set(texts) - {ast.unparse(ast.parse(source))}) >= 10


@pytest.mark.parametrize(("name", "problem"), CODING)
def test_what_is_explained_is_a_mutant(name: str, problem: str):
    source, _, changes = mutants(name, problem)
    lines = [line.strip() for line in source.splitlines() if line.strip().startswith("# survives:")]

    explained = {line.removeprefix("# survives:").rpartition(": ")[0].strip() for line in lines}

    assert explained <= set(changes)
