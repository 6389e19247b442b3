"""``grader validate``: test a problem set with everything its authors wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console

from grader.cli.typed import as_command
from grader.loading.setfiles import find_root, set_names
from grader.pipeline.grading import open_bench
from grader.pipeline.mutating import Trial, try_mutants
from grader.pipeline.validating import Finding, validate_set

ENOUGH = 0.95
"""The least share of mutants that the checks of a set must catch."""

AT_ONCE = 2
"""How many sets are tested at the same time."""


def validate(
    problem_set: Annotated[str, typer.Argument(help="a problem set; all of them if left out")] = "",
    *,
    problem: Annotated[list[str] | None, typer.Option(help="only this problem; may be repeated")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="name also what is fine")] = False,
    mutants: Annotated[bool, typer.Option("--mutants", help="try changed solutions of coding problems too")] = False,
    isolation: Annotated[str, typer.Option(help="the isolation level to run at")] = "",
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Solutions earn everything, mistakes lose what they declare and are recognised, accepted forms are accepted."""
    course = find_root((root or Path.cwd()).resolve())
    console = Console(highlight=False)
    wanted = Wanted(course, tuple(problem or ()), isolation or "L1", mutants)
    faults = tested = 0
    for name, tests in _tests([problem_set] if problem_set else set_names(course), wanted):
        tested += len(tests.findings)
        faults += sum(not finding.fine for finding in tests.findings)
        for finding in tests.findings:
            if verbose and finding.fine:
                console.print(f"fine  {name}/{finding.title}", markup=False)
            for fault in finding.faults:
                console.print(f"FAULT {name}/{finding.title}: {fault}", markup=False, soft_wrap=True)
        if mutants:
            faults += _tell_mutants(console, name, tests.trials, verbose=verbose)
    console.print(f"{tested} tested, {faults} with faults")
    return 1 if faults else 0


@dataclass(frozen=True)
class Wanted:
    """What is tested of a set: which problems (all if none is named), at which isolation, with mutants or without."""

    course: Path
    problems: tuple[str, ...]
    isolation: str
    mutants: bool


class Tests(NamedTuple):
    """What was found in one set."""

    findings: list[Finding]
    trials: list[Trial]


def _tests(names: Sequence[str], wanted: Wanted) -> Iterator[tuple[str, Tests]]:
    """The tests of each set, two sets at a time in processes of their own."""
    if len(names) < 2:
        yield from ((name, _test(name, wanted)) for name in names)
        return
    with ProcessPoolExecutor(max_workers=AT_ONCE, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        yield from zip(names, pool.map(partial(_test, wanted=wanted), names), strict=True)


def _test(name: str, wanted: Wanted) -> Tests:
    with open_bench(wanted.course, name, key=b"validation", isolation=wanted.isolation) as bench:
        chosen = wanted.problems or tuple(bench.problem_set.problems)
        findings = list(validate_set(bench, problems=chosen))
        trials = [trial for problem in chosen for trial in try_mutants(bench, problem)] if wanted.mutants else []
        return Tests(findings, trials)


def _tell_mutants(console: Console, name: str, trials: Sequence[Trial], *, verbose: bool) -> int:
    caught = sum(bool(trial.caught) for trial in trials)
    unexplained = sum(not trial.caught and not trial.explained for trial in trials)
    for trial in trials:
        where = f"{name}/{trial.mutant.problem}: mutant {trial.mutant.change}"
        if trial.caught and verbose:
            console.print(f"caught   {where}: {trial.caught}", markup=False, soft_wrap=True)
        if not trial.caught:
            word = "explained" if trial.explained else "SURVIVES"
            console.print(f"{word} {where}", markup=False, soft_wrap=True)
    if trials:
        share = 100 * caught / len(trials)
        console.print(f"{name}: {len(trials)} mutants, {caught} caught ({share:.1f} %)", markup=False)
    return int(unexplained > 0 and caught < ENOUGH * len(trials))


command = as_command(validate)
