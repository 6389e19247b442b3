"""Checks a notebook where no reference is: what needs none, and sealed answers."""

from __future__ import annotations

import importlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import SubmissionError
from grader.execution import Worker
from grader.loading.importing import imported_modules
from grader.loading.notebooks import Document, read_document
from grader.loading.setfiles import find_root, read_set_file, set_names
from grader.loading.submissions import EXTRA_SUFFIXES, Received, read_bytes
from grader.pipeline.describing import describe
from grader.pipeline.grading import grade_received, open_bench
from grader.pipeline.surroundings import PRELOAD, PRELOAD_WHERE_USED, limits_of
from grader.problem import ProblemSet
from grader.releasing.bundle import Bundle, read_bundle
from grader.result import AnswerRecord, CheckResult, Outcome, ProblemResult, SetDescription, SubmissionResult
from grader.sealing import Seal, recognise


@dataclass(frozen=True)
class SelfCheck:
    """What a self-check found, with what a report says about the set; ``hidden`` checks were not run."""

    result: SubmissionResult
    description: SetDescription
    hidden: int


def check_notebook(
    notebook: Path, *, problem_set: str = "", root: Path | None = None, content: Path | None = None
) -> SelfCheck:
    """Check one notebook on the machine of whoever wrote it, at isolation L1.

    Args:
        notebook: the file.
        problem_set: which set it is of, if it does not say.
        root: the folder of the bundle, if not above the notebook.
        content: a file with what the notebook holds by now, where it was not saved yet.

    Raises:
        SubmissionError: when the file cannot be read, or it is not clear which set it belongs to.
        AuthoringError: when there is no bundle around it.
    """
    data = read_bytes(content or notebook)
    document = read_document(data, notebook.name)
    course = find_root((root or notebook.parent).resolve())
    bundle = read_bundle(course)
    name = problem_set or document.problem_set or (bundle.problem_set if bundle else "")
    if not name:
        names = set_names(course)
        if len(names) != 1:
            raise SubmissionError(f"{notebook}: say which problem set it is, with --problem-set ({', '.join(names)})")
        name = names[0]
    files = tuple((path.name, read_bytes(path)) for path in named_files(document, notebook))
    problems = tuple((course / "problems" / name).glob("*.py"))
    limits = limits_of(read_set_file(course, name).model_dump())
    # the student's side imports torch while ours does
    worker = Worker(needed_modules(document, problems), isolation="L1", limits=limits, wait=False)
    with (
        worker,
        open_bench(course, name, key=secrets.token_bytes(16), isolation="L1", reference=False, worker=worker) as bench,
    ):
        _import_ahead(problems)
        received = Received(notebook.stem, notebook.name, data, files, origin=str(notebook))
        graded = grade_received(bench, received, key="")
        description = describe(bench.problem_set)
        result = graded.result.model_copy(
            update={
                "official": False,
                "problems": tuple(_sealed(problem, bench.problem_set, bundle) for problem in graded.result.problems),
            }
        )
    return SelfCheck(result, description, _hidden(result, bundle))


def named_files(document: Document, notebook: Path) -> list[Path]:
    """The files beside a notebook that its code names, of those kinds that count when it is graded."""
    code = "\n".join(cell.source for cell in document.cells if cell.kind == "code")
    beside = [path for path in sorted(notebook.parent.iterdir()) if path.suffix.lower() in EXTRA_SUFFIXES]
    return [path for path in beside if path.is_file() and (path.name if path.suffix != ".py" else path.stem) in code]


def _import_ahead(problems: Iterable[Path]) -> None:
    """Import what torch's first optimiser would import in the middle of a check, while the fork server is not ready."""
    if any("torch.optim" in path.read_text(encoding="utf-8") for path in problems):
        torch: Any = importlib.import_module("torch")
        torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)


def needed_modules(document: Document, problems: Iterable[Path]) -> tuple[str, ...]:
    """Those of the modules worth importing ahead that the notebook or a problem file names."""
    sources = [cell.source for cell in document.cells if cell.kind == "code"]
    found = imported_modules([*sources, *(path.read_text(encoding="utf-8") for path in problems)])
    return tuple(name for name in (*PRELOAD, *PRELOAD_WHERE_USED) if name in found)


def _hidden(result: SubmissionResult, bundle: Bundle | None) -> int:
    not_run = sum(check.outcome is Outcome.NOT_RUN for problem in result.problems for check in problem.checks)
    return sum(bundle.hidden.values()) if bundle else not_run


def _sealed(problem: ProblemResult, problem_set: ProblemSet, bundle: Bundle | None) -> ProblemResult:
    if bundle is None:
        return problem
    answers = [answer for answer in problem.answers if answer.name in bundle.seals and answer.given]
    checks = [check for answer in answers if (check := _recognised(answer, problem, problem_set, bundle)) is not None]
    return problem.model_copy(update={"checks": (*problem.checks, *checks)})


def _recognised(
    answer: AnswerRecord, problem: ProblemResult, problem_set: ProblemSet, bundle: Bundle
) -> CheckResult | None:
    if answer.refused:
        return None
    declared = problem_set.problems[problem.problem].answers[answer.name]
    same = recognise(Seal(**bundle.seals[answer.name]), answer.raw, declared.declaration)  # type: ignore[attr-defined]
    outcome = {True: Outcome.PASSED, False: Outcome.FAILED, None: Outcome.UNDECIDED}[same]
    messages = {
        Outcome.FAILED: "this is not the right formula, nor another way to write it",
        Outcome.UNDECIDED: "this cannot be compared here; it is when the notebook is graded",
    }
    return CheckResult(
        check=f"sealed_{answer.name}",
        claim=f"`{answer.name}` is the right formula, in any form.",
        points=0.0,
        outcome=outcome,
        message=messages.get(outcome, ""),
    )
