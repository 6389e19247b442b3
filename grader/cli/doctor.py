"""``grader doctor``: tell what isolation this machine can give, and what else may be in the way."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from grader.cli.typed import as_command
from grader.errors import EnvironmentFault
from grader.execution import advice, isolation, selftest, watchdog
from grader.execution.limits import Limits
from grader.execution.selftest import GUARANTEES, SelfTest
from grader.execution.worker import Worker
from grader.kernel import cgroups, landlock
from grader.kernel.policy import LEVELS, Level

_PACKAGES = ("grader", "numpy", "torch", "sympy", "ipykernel", "nbclient", "matplotlib")
_LITTLE_MEMORY = 2 << 30
_LITTLE_DISK = 1 << 30


@dataclass(frozen=True)
class Diagnosis:
    """Everything that ``grader doctor`` found, as plain data."""

    machine: dict[str, str]
    packages: dict[str, str]
    levels: dict[Level, str]
    test: SelfTest | None
    trouble: tuple[str, ...]

    @property
    def level(self) -> Level | None:
        """The level that was measured, if one was."""
        return next((level for level in LEVELS if self.test is not None and self.test.level == level), None)

    def record(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "level": self.level,
            "machine": self.machine,
            "packages": self.packages,
            "levels": {level: reason or "available" for level, reason in self.levels.items()},
            "isolation": self.test.record() if self.test else None,
            "trouble": list(self.trouble),
        }


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="print it as JSON")] = False,
    level: Annotated[str, typer.Option(help="L3, L2 or L1: test this level instead of the best one")] = "",
) -> int:
    """Try every level of isolation, run the self-test in the best one, and say how to get what is missing.

    Exit status 0 says that an instructor may grade here, 3 that only less is possible.
    """
    if level and level not in LEVELS:
        raise EnvironmentFault(f"there is no isolation {level!r}; the levels are {', '.join(LEVELS)}")
    found = diagnose(next((known for known in LEVELS if known == level), None))
    if as_json:
        sys.stdout.write(json.dumps(found.record(), indent=2, sort_keys=True) + "\n")
    else:
        show(Console(highlight=False), found)
    return 0 if found.level == "L3" else isolation.EXIT_CODE


def diagnose(level: Level | None = None) -> Diagnosis:
    """Look at the machine and try everything."""
    levels = isolation.available()
    chosen = level or next((known for known in LEVELS if not levels[known]), None)
    test: SelfTest | None = None
    trouble = _trouble()
    if chosen is not None:
        try:
            test = _tested(chosen)
        except EnvironmentFault as error:
            trouble.append(f"the self-test at {chosen} could not run: {error}")
    return Diagnosis(_machine(), _versions(), levels, test, tuple(trouble))


def _tested(level: Level) -> SelfTest:
    limits = Limits()
    held = selftest.Limits(limits.memory_bytes, limits.processes, limits.files_bytes)
    with Worker(preload=(), isolation=level, limits=limits) as worker:
        return selftest.measure(worker.kernel, held, lambda kernel: kernel.pid, watched=worker.watched)


def show(console: Console, found: Diagnosis) -> None:
    """Print a diagnosis for a person."""
    for name, words in {**found.machine, "packages": ", ".join(f"{k} {v}" for k, v in found.packages.items())}.items():
        console.print(f"{name:<12}{words}", markup=False, soft_wrap=True)
    console.print()
    for level, reason in found.levels.items():
        words = "available" if not reason else f"not available: {reason}"
        console.print(f"{level}  {words}  ({advice.MEANING[level]})", markup=False, soft_wrap=True)
        if reason:
            console.print(f"    try: {advice.fix_for(reason)}", markup=False, soft_wrap=True)
    console.print()
    if found.test is not None:
        console.print(_table(found.test))
        console.print(
            f"measured: {found.level or 'no level'}, in {found.test.seconds:.2f} s; this is stored with every score"
        )
    for words in found.trouble:
        console.print(f"look at: {words}", markup=False, soft_wrap=True)


def _table(test: SelfTest) -> Table:
    table = Table(title=f"self-test of {test.mechanism}", title_justify="left")
    for heading in ("guarantee", "holds", "by, or what was reached"):
        table.add_column(heading)
    for guarantee in test.guarantees:
        table.add_row(GUARANTEES[guarantee.name], "yes" if guarantee.holds else "NO", guarantee.how.replace("[", "\\["))
    return table


def _machine() -> dict[str, str]:
    place = cgroups.find_place() if sys.platform == "linux" else None
    landlock_abi = landlock.version() if sys.platform == "linux" else 0
    memory = watchdog.available_memory()
    return {
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} cores",
        "python": f"{platform.python_version()} at {sys.prefix}",
        "user": _user(),
        "memory": f"{memory / (1 << 30):.1f} GiB available" if memory else "unknown",
        "disk": f"{shutil.disk_usage(tempfile.gettempdir()).free / (1 << 30):.1f} GiB free for temporary files",
        "cgroups": f"version {place.version}" if place else "none that this user may use; a watchdog stands in",
        "landlock": f"ABI {landlock_abi}" if landlock_abi else "none",
    }


def _user() -> str:
    if not hasattr(os, "geteuid"):
        return "unknown"
    kind = "root" if os.geteuid() == 0 else f"user {os.geteuid()}"
    return f"{kind}, in a container" if Path("/.dockerenv").exists() or Path("/run/.containerenv").exists() else kind


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "missing"
    return found


def _trouble() -> list[str]:
    trouble = [f"the package {name} is missing" for name, version in _versions().items() if version == "missing"]
    memory = watchdog.available_memory()
    if 0 < memory < _LITTLE_MEMORY:
        trouble.append(
            f"only {memory >> 20} MiB of memory are available; one submission may use {_LITTLE_MEMORY >> 20}"
        )
    if shutil.disk_usage(tempfile.gettempdir()).free < _LITTLE_DISK:
        trouble.append(f"{tempfile.gettempdir()} is almost full")
    if not os.access(tempfile.gettempdir(), os.W_OK):
        trouble.append(f"{tempfile.gettempdir()} cannot be written; set TMPDIR")
    return trouble


command = as_command(doctor)
