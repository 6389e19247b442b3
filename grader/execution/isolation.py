"""Which isolation a batch gets, measured before it starts, and what to say when that is too little.

A problem set, or the person who runs grader, names the least level that will do. The best level that can be had is
used; below the least nothing runs, and a level is what the self-test has measured, never what was hoped for.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from grader.errors import EnvironmentFault
from grader.execution import selftest
from grader.execution.limits import Limits
from grader.execution.selftest import GUARANTEES, SelfTest
from grader.execution.starting import bootstrap
from grader.execution.worker import Worker
from grader.kernel.policy import LEVELS, Level

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
        least: what the batch needs.
        missing: the levels above ``level`` that could not be had here, and why.
    """

    level: Level
    least: Level
    missing: Mapping[Level, str] = field(default_factory=dict)


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


def start_worker(least: Level, make: Callable[[Level], Worker]) -> tuple[Worker, Isolation]:
    """Start a worker at the best level that can be had here, if it is not below ``least``.

    Args:
        least: the least that will do.
        make: starts a worker at a level; it raises ``EnvironmentFault`` where that level cannot be had.

    Raises:
        EnvironmentFault: no level that will do can be had; the message is that of ``least``.
    """
    missing: dict[Level, str] = {}
    for level in LEVELS:
        if level > least:
            try:
                return make(level), Isolation(level, least, missing)
            except EnvironmentFault as error:
                missing[level] = str(error)
    return make(least), Isolation(least, least, missing)


def prove(isolation: Isolation, worker: Worker, limits: Limits) -> SelfTest:
    """Run the self-test in a worker and hold it against the decision; its record goes with every score.

    Raises:
        EnvironmentFault: a guarantee that the level promises did not hold when it was tried.
    """
    held = selftest.Limits(limits.memory_bytes, limits.processes, limits.files_bytes)
    # a set's own times are for its students: on a busy machine the self-test may take longer than a short cell may
    patient = replace(limits, cell_seconds=_PROBE_SECONDS, submission_seconds=2 * _PROBE_SECONDS)
    start = partial(worker.kernel, limits=patient)
    test = selftest.measure(start, held, lambda kernel: kernel.pid, watched=worker.watched)
    return confirm(isolation, test)


def confirm(isolation: Isolation, test: SelfTest) -> SelfTest:
    """Hold the self-test against what the batch needs.

    Raises:
        EnvironmentFault: a guarantee that the least level promises did not hold when it was tried.
    """
    if test.level is None or test.level < isolation.least:
        broken = test.broken(isolation.least)
        words = "; ".join(f"{GUARANTEES[guarantee.name]} ({guarantee.how})" for guarantee in broken)
        fixes = [_GUARANTEE_FIXES[guarantee.name] for guarantee in broken if guarantee.name in _GUARANTEE_FIXES]
        lower = f"to accept less, name it: --isolation {test.level or 'L1'}"
        advice = f"try: {fixes[0]}; {lower}" if fixes else lower
        raise EnvironmentFault(f"isolation not available: {isolation.least} does not hold here: {words}; {advice}")
    return test
