"""Where hostile submissions are graded: a course of five small items, honest neighbours, and what must never happen."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.kernel.policy import Level
from grader.loading.submissions import Received
from grader.pipeline.grading import Bench, Graded, grade_received, open_bench
from grader.result import State

SECRET = "SECRET-" + "0123456789abcdef"
"""Stands in the course's own files and in the grader's environment and memory; it must never come out."""

DOUBLING = '''
"""Doubling."""

import numpy as np

from grader import Function, Problem
from grader.assertions import assert_close

problem = Problem(
    title="Doubling", statement="Write `double(x)`.", answers={"double": Function("double(x)")}, seconds=1.5
)


@problem.check(points=1)
def of_a_number(student):
    """double works for a number."""
    assert_close(student.double(2.0), 4.0)


@problem.check(points=2, hidden=True)
def of_an_array(student, reference, rng):
    """double works for an array."""
    x = rng.normal(size=(3, 4))
    assert_close(student.double(x), reference.double(x))
'''
MEAN = '''
"""A mean."""

import numpy as np

from grader import Function, Problem
from grader.assertions import assert_close

problem = Problem(title="Mean", statement="Write `mean(x)`.", answers={"mean": Function("mean(x)")}, seconds=1.5)


@problem.check(points=1, hidden=True)
def of_an_array(student, rng):
    """mean works."""
    x = rng.normal(size=7)
    assert_close(student.mean(x), float(x.mean()))
'''
DESCENT = '''
"""One step of gradient descent with a function of the judge's."""

from grader import Function, Problem
from grader.assertions import assert_close

problem = Problem(title="Step", statement="Write `step(gradient, x)`.", answers={"step": Function("step(gradient, x)")},
                  seconds=1.5)


@problem.check(points=1)
def goes_downhill(student):
    """step goes against the gradient with a rate of 0.5."""
    assert_close(student.step(lambda x: 2.0 * x, 3.0), 0.0)
'''
COUNTING = '''
"""An object that stays on the student's side."""

from grader import Class, Problem
from grader.assertions import assert_equal

problem = Problem(title="Counter", statement="Write `Counter`.", answers={"Counter": Class("Counter")}, seconds=1.5)


@problem.check(points=1)
def counts(student):
    """A counter counts."""
    counter = student.Counter(5)
    counter.add(2)
    assert_equal(counter.total, 7)
'''
NUMBER = '''
"""A number."""

from grader import Number, Problem
from grader.assertions import assert_equivalent

problem = Problem(title="Number", statement="How many corners has a square?", answers={"corners": Number()})


@problem.check(points=1)
def is_right(student, reference):
    """The number of corners is right."""
    assert_equivalent(student.corners, reference.corners)
'''
PROBLEMS = {"doubling": DOUBLING, "mean": MEAN, "step": DESCENT, "counter": COUNTING, "number": NUMBER}
HONEST = {
    "doubling": "def double(x):\n    return 2 * x",
    "mean": "def mean(x):\n    return sum(x) / len(x)",
    "step": "def step(gradient, x):\n    return x - 0.5 * gradient(x)",
    "counter": (
        "class Counter:\n    def __init__(self, start):\n        self.total = start\n"
        "    def add(self, n):\n        self.total += n"
    ),
    "number": "corners = 4",
}
POINTS = {"doubling": 3.0, "mean": 1.0, "step": 1.0, "counter": 1.0, "number": 1.0}
FULL = sum(POINTS.values())
SETTINGS = """
title = "Attacks"
problems = ["doubling", "mean", "step", "counter", "number"]
isolation = "L3"
[limits]
cell_seconds = 2.0
call_seconds = 1.5
submission_seconds = 6
memory_bytes = 201326592
processes = 40
files_bytes = 33554432
output_bytes = 65536
messages = 300
"""


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Attributes:
        row: the row of the corpus, with a letter where a row has several cases.
        does: what it does, in a few words.
        first: cells before the answers.
        answers: answers in the place of the honest ones; None leaves one out.
        last: cells after the answers.
        files: what lies beside the notebook.
        lost: the problems that must earn nothing; all others must earn everything.
        may_lose: problems that may earn nothing too, because the process did not outlive the attack.
        earns: exact points where a problem earns some.
        limit: the limit that a cell must name.
        says: a text that the cells' errors and outputs must hold.
        never: texts that must not be anywhere in the result.
        seconds: the longest that grading may take.
    """

    row: str
    does: str
    first: Sequence[str] = ()
    answers: Mapping[str, str | None] = field(default_factory=dict)
    last: Sequence[str] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    lost: frozenset[str] | set[str] = frozenset()
    may_lose: frozenset[str] | set[str] = frozenset()
    earns: Mapping[str, float] = field(default_factory=dict)
    limit: str = ""
    says: str = ""
    never: Sequence[str] = ()
    seconds: float = 6.0

    def notebook(self) -> bytes:
        """The notebook's bytes."""
        given = {**HONEST, **self.answers}
        cells = [*self.first, *(source for source in given.values() if source is not None), *self.last]
        return notebook(cells)


EVERYTHING = frozenset(PROBLEMS)


def notebook(cells: Sequence[str], **metadata: object) -> bytes:
    """A notebook of code cells."""
    built = [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        for source in cells
    ]
    whole = {
        "cells": built,
        "metadata": {"grader": {"problem_set": "attacks"}, **metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole).encode()


def make_course(root: Path) -> Path:
    """The course, with the secret in everything that only the grader may read."""
    files = {"problems/attacks/set.toml": SETTINGS}
    for name, text in PROBLEMS.items():
        files[f"problems/attacks/{name}.py"] = text + f"\n# {SECRET}\n"
        files[f"reference/attacks/{name}/solution.py"] = f'"""Right. {SECRET}"""\n\n{HONEST[name]}\n'
    files["submissions/attacks/student-99/attacks.ipynb"] = f'"{SECRET}"'
    files["hidden_tests.py"] = f"expected = {SECRET!r}"
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
        path.chmod(0o644)
    return root


class Arena:
    """A bench on which attacks are graded between honest submissions."""

    def __init__(self, bench: Bench, level: Level, course: Path) -> None:
        self.bench = bench
        self.level = level
        self.course = course
        self.quiet = _descendants()

    def honest(self) -> Graded:
        """An honest submission."""
        return self.grade(notebook(list(HONEST.values())))

    def grade(self, data: bytes, files: Mapping[str, bytes] | None = None, name: str = "attacks.ipynb") -> Graded:
        """Grade what was handed in."""
        beside = tuple((files or {}).items())
        received = Received(student="student-66", name=name, data=data, files=beside)
        return grade_received(self.bench, received, key="k")

    def face(self, attack: Attack) -> Graded:
        """Grade an attack and hold it against everything that it must and must not do."""
        started = time.monotonic()
        graded = self.grade(attack.notebook(), attack.files)
        took = time.monotonic() - started
        self.check_invariants(graded, attack)
        earned = points(graded)
        for problem in PROBLEMS:
            wanted = attack.earns.get(problem, 0.0 if problem in attack.lost else POINTS[problem])
            if problem in attack.may_lose:
                assert earned[problem] in (0.0, wanted), (problem, earned, words_of(graded))
            else:
                assert earned[problem] == wanted, (problem, earned, words_of(graded))
        if attack.limit:
            assert attack.limit in limits_of(graded), (limits_of(graded), words_of(graded))
        assert attack.says in words_of(graded), words_of(graded)
        crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # others use the machine too
        assert took < attack.seconds * crowd, f"{took:.1f} s"
        return graded

    def check_invariants(self, graded: Graded, attack: Attack | None = None) -> None:
        """What holds for every submission: graded, at the level, nothing hidden came out, nothing is left."""
        text = graded.result.model_dump_json()
        assert graded.result.state is not State.INFRA_ERROR, text[:2000]
        assert SECRET not in text
        assert SECRET[::-1] not in text
        for forbidden in attack.never if attack else ():
            assert forbidden not in text
        if graded.result.state is State.GRADED:
            assert graded.result.isolation["level"] == self.level
        left = self._settled()
        assert left <= self.quiet, f"{left - self.quiet} processes are left"

    def settle(self) -> None:
        """Take the present number of processes for what is left when no submission runs."""
        self.quiet = _descendants()

    def _settled(self) -> int:
        """The number of processes below this one once the worlds that are being made or buried have settled."""
        until = time.monotonic() + 3
        while (left := _descendants()) > self.quiet and time.monotonic() < until:
            time.sleep(0.02)
        return left


def _descendants() -> int:
    """How many live processes there are below this one."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                words = (entry / "stat").read_bytes().rpartition(b")")[2].split()
                if words[0] != b"Z":
                    parents[int(entry.name)] = int(words[1])
    return sum(_below(process, os.getpid(), parents) for process in parents)


def _below(process: int, top: int, parents: Mapping[int, int]) -> bool:
    steps = 0
    while process in parents and process != top and steps < 1000:
        process, steps = parents[process], steps + 1
    return process == top


def points(graded: Graded) -> dict[str, float]:
    """What each problem earned."""
    return {problem.problem: problem.earned for problem in graded.result.problems}


def limits_of(graded: Graded) -> set[str]:
    """The limits that cells and checks met."""
    cells = {cell.limit for cell in graded.result.cells if cell.limit}
    checks = {
        str(check.evidence.get("limit", check.outcome.value))
        for problem in graded.result.problems
        for check in problem.checks
    }
    return cells | checks


def words_of(graded: Graded) -> str:
    """Everything that the result says about its cells and checks."""
    cells = [
        f"{cell.index}: {cell.error} {cell.limit} {json.dumps(cell.outputs)[:3000]}" for cell in graded.result.cells
    ]
    checks = [
        f"{problem.problem}::{check.check} {check.outcome.value} {check.message} {check.detail}"
        for problem in graded.result.problems
        for check in problem.checks
    ]
    return "\n".join([graded.result.message, *cells, *checks, *graded.result.flags])


@contextlib.contextmanager
def open_arena(course: Path, level: Level) -> Iterator[Arena]:
    """A bench at a level, in a process that holds secrets in its environment and memory."""
    os.environ["GRADER_TEST_SECRET"] = SECRET
    try:
        # torch would only make each fork larger
        with open_bench(course, "attacks", key=SECRET.encode(), isolation=level, preload=("numpy",)) as bench:
            arena = Arena(bench, level, course)
            first = arena.honest()
            assert points(first) == POINTS, words_of(first)
            time.sleep(0.2)
            arena.settle()
            yield arena
    finally:
        del os.environ["GRADER_TEST_SECRET"]
