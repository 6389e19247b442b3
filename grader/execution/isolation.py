"""Which isolation a batch needs, which it gets, and what to say when it cannot have it; never less in silence.

An instructor's batch, where hidden checks are asked of strangers' code, needs L3; CI needs L2; a student's own check
needs L1, since nothing secret is on the student's machine.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from grader.errors import EnvironmentFault
from grader.execution import selftest
from grader.execution.advice import refusal
from grader.execution.limits import Limits
from grader.execution.selftest import GUARANTEES, SelfTest
from grader.execution.starting import bootstrap
from grader.execution.worker import Worker
from grader.kernel.policy import LEVELS, Level

Purpose = Literal["instructor", "ci", "student"]
NEEDED: Final[Mapping[Purpose, Level]] = {"instructor": "L3", "ci": "L2", "student": "L1"}
EXIT_CODE: Final = 3
_PROBE_SECONDS: Final = 60.0
_GUARANTEE_FIXES: Final[Mapping[str, str]] = {
    "memory": "run as root, or where control groups are delegated to you (`systemd-run --user --scope grader ...`)",
    "process count": "run as root, or on Linux 5.14 or newer",
    "survivors": "run on Linux with namespaces (L3)",
}


@dataclass(frozen=True)
class Isolation:
    """The decision for a batch.

    Attributes:
        level: what kernels are started with.
        needed: what the batch's purpose needs.
        accepted: a lower level that the person who runs grader has accepted by name, if any.
        missing: the levels above ``level`` that cannot be had here, and why.
        notes: what the log and the report shall say.
    """

    level: Level
    needed: Level
    accepted: Level | None = None
    missing: Mapping[Level, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def available() -> dict[Level, str]:
    """Try every level in a process of its own: an empty text where it can be had, else the step that fails."""
    try:
        done = subprocess.run(
            bootstrap("probing"), capture_output=True, text=True, timeout=_PROBE_SECONDS, check=True, env={}, cwd="/"
        )
        found = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return dict.fromkeys(LEVELS, f"the attempt failed: {error}")
    return {level: str(found.get(level, "it was not tried")) for level in LEVELS}


def choose(purpose: Purpose, *, required: Level | None = None, accept: Level | None = None) -> Isolation:
    """The best level that can be had here, if it is one that the batch may run at.

    Args:
        purpose: what the batch is for, which says what it needs.
        required: what the problem set demands, if it demands more or less than the purpose does.
        accept: a lower level that is accepted by name (``--isolation L2``).

    Raises:
        EnvironmentFault: no allowed level can be had; the command line turns it into exit code 3.
    """
    needed = required or NEEDED[purpose]
    lowest = min(needed, accept) if accept else needed
    missing: dict[Level, str] = {}
    reasons = available()
    for level in LEVELS:
        if not reasons[level]:
            if level < lowest:
                break
            return Isolation(level, needed, accept, missing, tuple(_notes(level, needed, missing)))
        missing[level] = reasons[level]
    raise EnvironmentFault(refusal(needed, missing))


def prove(isolation: Isolation, worker: Worker, limits: Limits) -> SelfTest:
    """Run the self-test in a worker and hold it against the decision; its record goes with every score.

    Raises:
        EnvironmentFault: a guarantee that the level promises did not hold when it was tried.
    """
    held = selftest.Limits(limits.memory_bytes, limits.processes, limits.files_bytes)
    test = selftest.measure(worker.kernel, held, lambda kernel: kernel.pid, watched=worker.watched)
    return confirm(isolation, test)


def confirm(isolation: Isolation, test: SelfTest) -> SelfTest:
    """Hold the self-test against the decision.

    Raises:
        EnvironmentFault: a guarantee that the level promises did not hold when it was tried.
    """
    broken = test.broken(isolation.level)
    if broken or test.level is None or test.level < min(isolation.level, isolation.needed):
        words = "; ".join(f"{GUARANTEES[guarantee.name]} ({guarantee.how})" for guarantee in broken)
        fixes = [_GUARANTEE_FIXES[guarantee.name] for guarantee in broken if guarantee.name in _GUARANTEE_FIXES]
        advice = f"; try: {fixes[0]}" if fixes else f"; to accept less, name it: --isolation {test.level or 'L1'}"
        raise EnvironmentFault(f"isolation not available: {isolation.level} does not hold here: {words}{advice}")
    return test


def _notes(level: Level, needed: Level, missing: Mapping[Level, str]) -> list[str]:
    if level < needed:
        return [f"isolation {level} was accepted where {needed} is needed: {missing.get(needed, '')}".rstrip(": ")]
    return []
