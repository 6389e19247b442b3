"""``grader validate``: test a problem set with everything its authors wrote."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from grader.cli.typed import as_command
from grader.loading.sets import find_root, set_names
from grader.pipeline.grading import Bench, open_bench
from grader.pipeline.mutating import try_mutants
from grader.pipeline.validating import validate_set

ENOUGH = 0.95
"""The least share of mutants that the checks of a set must catch."""


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
    faults = tested = 0
    for name in [problem_set] if problem_set else set_names(course):
        with open_bench(course, name, key=b"validation", isolation=isolation or "L1") as bench:
            for finding in validate_set(bench, problems=tuple(problem or ())):
                tested += 1
                faults += not finding.fine
                if verbose and finding.fine:
                    console.print(f"fine  {name}/{finding.title}", markup=False)
                for fault in finding.faults:
                    console.print(f"FAULT {name}/{finding.title}: {fault}", markup=False, soft_wrap=True)
            if mutants:
                faults += _mutate(console, bench, tuple(problem or ()), verbose=verbose)
    console.print(f"{tested} tested, {faults} with faults")
    return 1 if faults else 0


def _mutate(console: Console, bench: Bench, problems: tuple[str, ...], *, verbose: bool) -> int:
    tried = caught = unexplained = 0
    for name in problems or tuple(bench.problem_set.problems):
        for trial in try_mutants(bench, name):
            tried += 1
            caught += bool(trial.caught)
            where = f"{bench.problem_set.name}/{name}: mutant {trial.mutant.change}"
            if trial.caught and verbose:
                console.print(f"caught   {where}: {trial.caught}", markup=False, soft_wrap=True)
            if not trial.caught:
                word = "explained" if trial.explained else "SURVIVES"
                unexplained += not trial.explained
                console.print(f"{word} {where}", markup=False, soft_wrap=True)
    if tried:
        share = 100 * caught / tried
        console.print(f"{bench.problem_set.name}: {tried} mutants, {caught} caught ({share:.1f} %)", markup=False)
    return int(unexplained > 0 and caught < ENOUGH * tried)


command = as_command(validate)
