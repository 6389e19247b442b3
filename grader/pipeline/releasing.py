"""Releases a problem set: draws each student's numbers, seals what may be sealed, and writes what students get."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from grader.errors import AuthoringError, EnvironmentFault
from grader.loading.sets import KEY, load_set, read_secret
from grader.pipeline.grading import Bench, open_bench
from grader.problem import ProblemSet
from grader.problem.kinds import ANYWAY
from grader.problem.variants import for_student, identity, prelude
from grader.releasing.bundle import bundle_files
from grader.releasing.notebook import solutions_json
from grader.rendering import file_name
from grader.sealing import GUESS_SECONDS, MOST_GUESSES, guesses_until, seal, to_plain
from grader.values import Formula

LIST = "variants.csv"


def _silent(_remark: str) -> None:
    """What is told to nobody."""


def write_bundle(root: Path, name: str, out: Path, *, tell: Callable[[str], None] = _silent) -> list[Path]:
    """Write what all students get into ``out``; the files that were written. ``tell`` is given remarks for the author.

    Raises:
        AuthoringError: when an answer cannot be sealed, a problem file cannot be stripped, or each student of the set
            has a version of their own.
        EnvironmentFault: when a file cannot be written.
    """
    problem_set = load_set(root, name)
    _refuse_one_for_all(root, problem_set)
    with _sealing(root, problem_set, tell) as bench:
        return _write(out, bundle_files(root, problem_set, seal_answers(bench) if bench else {}))


def write_bundles(
    root: Path, name: str, out: Path, students: Sequence[str], *, tell: Callable[[str], None] = _silent
) -> list[Path]:
    """Write a folder for each student, with the numbers that are theirs, and a list of who has which version.

    The numbers are drawn from a secret that is made once and stays in ``reference/<set>``: the same student gets the
    same numbers on every release, and grading draws them again from who hands in.

    Raises:
        AuthoringError: when no problem draws numbers, an answer cannot be sealed, or a problem file cannot be stripped.
        EnvironmentFault: when a file cannot be written.
    """
    problem_set = load_set(root, name)
    secret = course_secret(root, problem_set)
    written: list[Path] = []
    rows = []
    with _sealing(root, problem_set, tell) as bench:
        for student, folder in _folders(students).items():
            own = for_student(problem_set, secret, student)
            seals: Mapping[str, Mapping[str, str]] = {}
            if bench is not None:
                with bench.version(student, secret) as seat:
                    seals = seal_answers(seat)
            written += _write(out / folder, bundle_files(root, own, seals))
            rows.append((student, identity(own), folder))
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([("student", "version", "folder"), *rows])
    return [*written, *_write(out, {LIST: table.getvalue().encode()})]


def write_solutions(root: Path, name: str, out: Path, students: Sequence[str] = ()) -> list[Path]:
    """Write the sheet with solutions, for after the deadline; it is never part of the bundle.

    Where each student has a version of their own, ``students`` get a sheet each.

    Raises:
        AuthoringError: when a solution is missing.
        EnvironmentFault: when the file cannot be written.
    """
    problem_set = load_set(root, name)
    if students:
        secret = course_secret(root, problem_set)
        versions = {
            f"{folder}/{name}-solutions.ipynb": for_student(problem_set, secret, student)
            for student, folder in _folders(students).items()
        }
    else:
        _refuse_one_for_all(root, problem_set)
        versions = {f"{name}-solutions.ipynb": problem_set}
    sources = {
        problem: (root / "reference" / name / problem / "solution.py").read_text(encoding="utf-8")
        for problem in problem_set.problems
    }
    sheets = {}
    for path, own in versions.items():
        solutions = {problem: prelude(own.problems[problem].numbers) + source for problem, source in sources.items()}
        sheets[path] = solutions_json(own, solutions).encode()
    return _write(out, sheets)


def course_secret(root: Path, problem_set: ProblemSet) -> bytes:
    """What the versions of a set are drawn from, made when it is first needed.

    Raises:
        AuthoringError: when no problem of the set draws numbers.
        EnvironmentFault: when it cannot be written.
    """
    if not problem_set.varies:
        raise AuthoringError(
            f"no problem of {problem_set.name} draws numbers (Problem(variant=...)), so there is one version for all; "
            "release it without --roster"
        )
    known = read_secret(root, problem_set.name)
    if known:
        return known
    fresh = secrets.token_bytes(32)
    _write(root / "reference" / problem_set.name, {KEY: f"{fresh.hex()}\n".encode()})
    return fresh


def _refuse_one_for_all(root: Path, problem_set: ProblemSet) -> None:
    if problem_set.varies and read_secret(root, problem_set.name):
        raise AuthoringError(
            f"each student of {problem_set.name} has a version of their own since {KEY} was made in "
            f"reference/{problem_set.name}; name the students with --roster, or delete it to give all the same"
        )


def _folders(students: Sequence[str]) -> dict[str, str]:
    return {student: file_name(student).removesuffix(".html") for student in students}


def _write(out: Path, files: Mapping[str, bytes]) -> list[Path]:
    written = []
    try:
        for path, data in files.items():
            target = out / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
            written.append(target)
    except OSError as error:
        raise EnvironmentFault(f"{out}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    return written


@contextmanager
def _sealing(root: Path, problem_set: ProblemSet, tell: Callable[[str], None]) -> Iterator[Bench | None]:
    """What evaluates references where an answer is sealed; None where none is."""
    if not sealed_answers(problem_set):
        yield None
        return
    with open_bench(root, problem_set.name, key=b"release", isolation="L1", preload=("numpy", "sympy")) as bench:
        for remark in seal_remarks(bench):
            tell(remark)
        yield bench


def sealed_answers(problem_set: ProblemSet) -> dict[str, str]:
    """The answers that their author lets students check, and the problem of each."""
    return {
        answer: name
        for name, problem in problem_set.problems.items()
        for answer, kind in problem.answers.items()
        if kind.formula and kind.sealed  # type: ignore[attr-defined]
    }


def seal_answers(bench: Bench) -> dict[str, Mapping[str, str]]:
    """The seal of every answer that may be checked by students, from the reference.

    Raises:
        AuthoringError: when one cannot be sealed, with the reason.
    """
    seals = {}
    for answer, problem in sealed_answers(bench.problem_set).items():
        formula = getattr(bench.answers(problem, bench.references[problem].solution), answer)
        if not isinstance(formula, Formula):
            raise AuthoringError(f"{answer}: only a formula can be sealed")
        seals[answer] = to_plain(seal(formula.text, formula.declaration, name=answer))
    return seals


def seal_remarks(bench: Bench) -> list[str]:
    """What it would cost to find each sealed answer by trying, for its author; the cheapest first.

    Raises:
        AuthoringError: when one is found so soon that a seal hides nothing, and its author did not say that it may be.
    """
    costs = []
    for answer, problem in sealed_answers(bench.problem_set).items():
        formula = getattr(bench.answers(problem, bench.references[problem].solution), answer)
        if not isinstance(formula, Formula):
            continue
        try:
            found = guesses_until(formula.text, formula.declaration)
        except AuthoringError as error:
            raise AuthoringError(f"{answer}: cannot be sealed: {error}") from error
        anyway = bench.problem_set.problems[problem].answers[answer].sealed == ANYWAY  # type: ignore[attr-defined]
        if found is not None and not anyway:
            raise AuthoringError(
                f"{answer}: cannot be sealed: trying simple formulas finds it after {found} guesses, "
                f"{_duration(found * GUESS_SECONDS)} of one core; leave it unsealed, ask for a longer formula, or say "
                f'sealed="{ANYWAY}" where it does no harm'
            )
        costs.append((MOST_GUESSES + 1 if found is None else found, answer))
    return [
        f"{answer} is sealed: it is not among the {MOST_GUESSES} simplest formulas, which take "
        f"{_duration(MOST_GUESSES * GUESS_SECONDS)} of one core to try"
        if count > MOST_GUESSES
        else f"{answer} is sealed anyway: trying simple formulas finds it in {_duration(count * GUESS_SECONDS)}"
        for count, answer in sorted(costs)
    ]


def _duration(seconds: float) -> str:
    for size, word in ((86_400.0 * 365, "years"), (86_400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= size * 100 and word == "years":
            return "more than a hundred years"
        if seconds >= size * 1.5:
            return f"about {seconds / size:.0f} {word}"
    return "about a minute"
