"""Kills one of our processes with SIGKILL at a random moment of a batch, again and again, and looks at what is left.

    python benchmarks/killing.py [--moments 200] [--isolation L3] [--seed 0]

Each round grades a small class afresh and kills, at a random moment, the command itself, one of its workers, a fork
server, a warden, a process 1 or a student's process. Afterwards: every result that was recorded at that moment is
still there, unchanged; the command (run again if it was the victim) grades what is missing, without a fault of ours
in the end; nothing of the killed run is alive; no control group and no temporary folder of it is left.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from grader.leftovers import temporary_folder  # noqa: E402 - the path is set above
from grader.result import CheckResult, SubmissionResult  # noqa: E402

COURSES = __import__("tests.courses", fromlist=["courses"])
STUDENTS = 6
POINTS = 5.0
LONGEST = 120.0


def recorded(ledger: Path) -> dict[tuple[str, int], str]:
    """Every result in the ledger, as other processes can read it now."""
    if not ledger.exists():
        return {}
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(ledger, timeout=10)) as connection:
        rows = connection.execute("select student, number, body from result").fetchall()
        return {(student, number): body for student, number, body in rows}
    return {}


def checks(body: str) -> list[CheckResult]:
    """The checks of a recorded result."""
    return [check for problem in SubmissionResult.model_validate_json(body).problems for check in problem.checks]


def lost(body: str) -> float:
    """The points that a recorded result lost for good; what is open for a fault of ours is lost to nobody."""
    result = SubmissionResult.model_validate_json(body)
    worth = sum(problem.points for problem in result.problems) if result.problems else 0.0
    return POINTS - worth + sum(one.points - one.earned - one.open_points for one in result.problems)


def table() -> dict[int, tuple[int, str, str]]:
    """Parent, time of birth and command line of every live process."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                words = (entry / "stat").read_bytes().rpartition(b")")[2].split()
                if words[0] != b"Z":
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                    found[int(entry.name)] = (int(words[1]), words[19].decode(), line)
    return found


def below(top: int, processes: dict[int, tuple[int, str, str]]) -> list[int]:
    """A process and everything under it."""
    found, waiting = [], [top]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting += [child for child, (parent, _, _) in processes.items() if parent == process]
    return [process for process in found if process in processes]


def depth(process: int, top: int, processes: dict[int, tuple[int, str, str]]) -> int:
    """How far below the command a process is: 0 the command, 1 a worker, 2 a fork server, 3 wardens and students."""
    steps = 0
    while process != top and process in processes:
        process, steps = processes[process][0], steps + 1
    return steps


def start(course: Path, isolation: str, scratch: Path, *, said: Path | None = None) -> subprocess.Popen[bytes]:
    """The command, in the background; what it says goes to a file, or nowhere."""
    return subprocess.Popen(
        [sys.executable, "-m", "grader", "grade", "demo", "--root", str(course),
         "--workers=2", f"--isolation={isolation}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if said is None else said.open("wb"),
        env={**os.environ, "TMPDIR": str(scratch)},
        start_new_session=True,
    )  # fmt: skip


def one_round(
    rng: random.Random, course: Path, isolation: str, scratch: Path, usual: float
) -> tuple[str, list[str]] | None:
    """Kill once; the kind of victim, and what was wrong afterwards; None when the batch was over before."""
    reports = course / "reports" / "demo"
    shutil.rmtree(reports, ignore_errors=True)
    ledger = reports / "ledger.sqlite"
    command = start(course, isolation, scratch)
    with contextlib.suppress(subprocess.TimeoutExpired):
        command.wait(rng.uniform(0.2, usual))
        return None
    processes = table()
    ours = below(command.pid, processes)
    if not ours:
        return None
    kinds = collections.defaultdict(list)
    for process in ours:
        kinds[min(depth(process, command.pid, processes), 4)].append(process)
    level = rng.choice(sorted(kinds))
    victim = rng.choice(kinds[level])
    before = recorded(ledger)
    with contextlib.suppress(ProcessLookupError):
        os.kill(victim, signal.SIGKILL)
    faults = []
    try:
        status = command.wait(LONGEST)
    except subprocess.TimeoutExpired:
        faults.append("the command hangs")
        command.kill()
        status = command.wait()
    until = time.monotonic() + 60  # a worker that was just being started notices when it is up
    known = {process: processes[process][1] for process in ours}
    while True:
        now = table()
        left = [process for process, birth in known.items() if process in now and now[process][1] == birth]
        if not left or time.monotonic() > until:
            break
        time.sleep(0.05)
    faults += [f"alive: {now[process][2][:80]}" for process in left]
    after = recorded(ledger)
    faults += [f"lost: {key}" for key, body in before.items() if after.get(key) != body]
    if victim == command.pid or status not in (0, 1):
        said = course / "resumed.txt"
        status = start(course, isolation, scratch, said=said).wait(LONGEST)
        if status:
            faults.append(f"resuming ended with {status}: {said.read_text(errors='replace')[-500:]}")
        final = recorded(ledger)
        faults += [f"lost on resuming: {key}" for key, body in after.items() if final.get(key) != body]
        after = final
    latest: dict[str, str] = {}
    for (student, _), body in sorted(after.items(), key=lambda item: item[0][1]):
        latest[student] = body
    faults += [f"missing: {STUDENTS - len(latest)} results"] if len(latest) != STUDENTS else []
    faults += [f"{student}: a fault of ours" for student, body in latest.items() if '"infra-error"' in body]
    for student, body in latest.items():
        if lost(body):
            told = ", ".join(f"{one.check} {one.outcome}: {one.message or one.detail}" for one in checks(body))
            faults.append(f"{student}: {lost(body)} points lost ({told})")
    return ("command", "worker", "fork server", "warden or student", "process 1 or below")[level], faults


def left_over(scratch: Path) -> list[str]:
    """Folders and control groups that nobody owns any more."""
    found = [f"folder {path.name}" for path in scratch.iterdir()]
    for group in Path("/sys/fs/cgroup").glob("*/grader-*"):
        owner = group.name.split("-")[1]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            found.append(f"group {group}")
    return found


def main() -> int:
    """Run and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moments", type=int, default=200)
    parser.add_argument("--isolation", default="L3")
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    rng = random.Random(wanted.seed)  # noqa: S311 - reproducible on purpose
    top = Path(tempfile.mkdtemp(prefix="grader-killing-"))
    scratch = top / "tmp"
    scratch.mkdir()
    course = COURSES.make_course(top / "course")
    for number in range(STUDENTS):
        COURSES.hand_in(course, f"student-{number:02}", COURSES.RIGHT_MEAN, COURSES.RIGHT_SCALE)
    begun = time.monotonic()
    start(course, wanted.isolation, scratch).wait(LONGEST)
    usual = time.monotonic() - begun
    victims: collections.Counter[str] = collections.Counter()
    faults = 0
    over = 0
    while victims.total() < wanted.moments:
        begun_round = time.monotonic()
        done = one_round(rng, course, wanted.isolation, scratch, usual)
        if done is None:  # no moment of a batch: it is not counted, and says how long a batch takes now
            usual, over = time.monotonic() - begun_round, over + 1
            continue
        usual *= 1.02  # the machine may have become slower
        victims[done[0]] += 1
        for fault in done[1]:
            faults += 1
            print(f"round {victims.total()}, {done[0]}: {fault}", flush=True)
    shutil.rmtree(course / "reports", ignore_errors=True)
    start(course, wanted.isolation, scratch).wait(LONGEST)  # the next start sweeps
    tempfile.tempdir = str(scratch)
    for purpose in ("server", "canary", "kernel"):
        shutil.rmtree(temporary_folder(purpose))  # as the next start would
    rest = left_over(scratch)
    for thing in rest:
        print(f"left over: {thing}")
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(victims.items()))
    print(f"{wanted.moments} moments at {wanted.isolation} ({told}; {over} more came too late): {faults} faults, "
          f"{len(rest)} things left over; {time.monotonic() - begun:.0f} s")  # fmt: skip
    shutil.rmtree(top, ignore_errors=True)
    return 1 if faults or rest else 0


if __name__ == "__main__":
    sys.exit(main())
