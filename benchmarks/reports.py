"""Measures reports and exports of a large class: time and memory, whole and after a few submissions changed.

The class is synthetic: one ledger with ``--submissions`` results of 40 checks over 10 problems, formulas in a few dozen
wrong spellings, cells with outputs, and a picture in every third submission. Each step is a process of its own, as an
instructor would start it, so its time includes the interpreter's start and its peak memory is its own.

    python benchmarks/reports.py --submissions 2000
"""

from __future__ import annotations

import argparse
import base64
import csv
import io
import json
import os
import platform
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from PIL import Image

from grader.mathematics.kinds import declare
from grader.mathematics.mathml import to_mathml
from grader.mathematics.reading import Refusal, read
from grader.recording.ledger import Ledger
from grader.result import (
    AnswerRecord,
    CellRecord,
    CheckResult,
    Outcome,
    ProblemDescription,
    ProblemResult,
    SetDescription,
    State,
    SubmissionResult,
)

PROBLEMS, CHECKS = 10, 4
SYMBOLS = {"d": "positive integer", "sigma": "positive"}
RIGHT = r"\frac{d \sigma^2}{2}"
WRONG = [
    *("d sigma^2", r"d\sigma^2", "sigma^2 d", "2 d sigma^2 / 2", "d*sigma**2", "sigma d sigma"),
    *("d sigma^2/4", r"\frac{d\sigma^2}{4}", "d (sigma/2)^2", "0.25 d sigma^2"),
    *("sigma^2/2", r"\frac{1}{2}\sigma^2", "d^2 sigma^2/2", "d sigma/2", "d^2 sigma", "sqrt(d) sigma/2", "d+sigma^2"),
    *(f"d sigma^{power}/{under}" for power in (3, 4, 5) for under in (2, 3, 5, 6)),
]
FORMATS = ("csv", "json", "gradescope", "canvas", "moodle", "moodle-worksheet", "moodle-feedback", "junit", "html-zip")


@dataclass(frozen=True)
class Step:
    """One process: what it did, its seconds on the clock and of processor, and its peak memory in bytes."""

    name: str
    seconds: float
    processor: float
    memory: int


def main() -> int:
    """Make a class, measure, print a table; exit status 1 when a limit is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=2000)
    parser.add_argument("--changed", type=int, default=10)
    parser.add_argument("--keep", type=Path, help="a folder to make the class in and leave it there")
    parser.add_argument("--json", type=Path, help="write the numbers there, too")
    options = parser.parse_args()
    root = options.keep or Path(tempfile.mkdtemp())
    try:
        return measure(root, options.submissions, options.changed, options.json)
    finally:
        if options.keep is None:
            shutil.rmtree(root, ignore_errors=True)


def measure(root: Path, submissions: int, changed: int, out: Path | None) -> int:
    """All steps on one synthetic class."""
    (root / "problems" / "large").mkdir(parents=True, exist_ok=True)
    (root / "problems" / "large" / "set.toml").write_text('title = "A large class"\nproblems = []\n')
    make_class(root, submissions)
    sheets(root, submissions)
    steps = [run(root, "all pages", "render", "large")]
    given = {
        "canvas": ("--sheet", "canvas.csv", "--column", "A large class"),
        "moodle": ("--roster", "roster.csv"),
        "moodle-worksheet": ("--sheet", "worksheet.csv"),
        "moodle-feedback": ("--roster", "roster.csv"),
    }
    steps += [run(root, f"export {form}", "export", "large", "--to", form, *given.get(form, ())) for form in FORMATS]
    whole = sum(step.seconds for step in steps)
    steps.append(run(root, "nothing changed", "render", "large"))
    change(root, changed)
    steps.append(run(root, f"{changed} changed", "render", "large"))
    incremental = steps[-1].seconds
    peak = max(step.memory for step in steps)
    table(steps, submissions)
    busy = sum(step.processor for step in steps[:-2])
    print(f"\nwhole: {whole:.1f} s, of processor {busy:.1f} s, {1000 * busy / submissions:.1f} ms per submission; "
          f"peak {peak / 2**20:.0f} MiB; {changed} changed: {incremental:.2f} s")  # fmt: skip
    if out is not None:
        rows = [asdict(step) for step in steps]
        out.write_text(json.dumps({"submissions": submissions, "machine": machine(), "steps": rows}, indent=1) + "\n")
    kept = whole < 60 * max(1, submissions / 2000) and peak < 1 << 30 and incremental < 2
    return 0 if kept else 1


def run(root: Path, name: str, *arguments: str) -> Step:
    """One command as a process of its own."""
    started = time.monotonic()
    log = root / "log"
    with log.open("w") as file:
        child = subprocess.Popen([sys.executable, "-m", "grader", *arguments], cwd=root, stdout=file, stderr=file)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{name} failed:\n{log.read_text()}")
    elapsed = time.monotonic() - started
    memory = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Step(name, elapsed, usage.ru_utime + usage.ru_stime, memory)


def table(steps: list[Step], submissions: int) -> None:
    """Print the steps."""
    print(f"{submissions} submissions, {PROBLEMS * CHECKS} checks each; {machine()}\n")
    print("| step | seconds | processor seconds | ms per submission | peak MiB |")
    print("|---|---:|---:|---:|---:|")
    for step in steps:
        each = 1000 * step.processor / submissions
        row = f"{step.seconds:.2f} | {step.processor:.2f} | {each:.2f} | {step.memory / 2**20:.0f}"
        print(f"| {step.name} | {row} |")


def machine() -> str:
    """This machine in words."""
    words = (
        platform.machine(),
        f"{os.cpu_count()} cores",
        platform.system(),
        f"Python {platform.python_version()}",
        f"load {os.getloadavg()[0]:.1f}",
    )
    return ", ".join(words)


def make_class(root: Path, submissions: int) -> None:
    """A ledger with one result for each student."""
    rng = random.Random(0)  # noqa: S311 - a class, not a secret
    pictures = [picture(rng) for _ in range(20)]
    with Ledger(root / "reports" / "large" / "ledger.sqlite") as ledger:
        ledger.describe(description())
        for number in range(submissions):
            ledger.add(result(f"student-{number:04}", rng, pictures if number % 3 == 0 else []))


def change(root: Path, count: int) -> None:
    """New results for a few students."""
    rng = random.Random(1)  # noqa: S311 - a class, not a secret
    with Ledger(root / "reports" / "large" / "ledger.sqlite") as ledger:
        for student in list(ledger.numbers())[:count]:
            ledger.add(result(student, rng, []))


def description() -> SetDescription:
    """What the reports say about the set."""
    return SetDescription(
        name="large",
        title="A large class",
        problems=tuple(
            ProblemDescription(
                problem=f"problem_{number}",
                title=f"Problem {number}",
                statement="Let $y = \\sum_{i=1}^{d} w_i z_i$ with independent terms. Find $\\operatorname{Var}[y]$.",
                points=2.0 * CHECKS,
                claims={f"check_{check}": f"Claim {check} holds for every size." for check in range(CHECKS)},
                symbols={"variance": SYMBOLS},
                worth={f"check_{check}": 2.0 for check in range(CHECKS)},
            )
            for number in range(PROBLEMS)
        ),
    )


def result(student: str, rng: random.Random, pictures: list[str]) -> SubmissionResult:
    """One graded submission; strong students pass more."""
    strength = rng.random()
    return SubmissionResult(
        student=student,
        problem_set="large",
        state=State.GRADED,
        digest=f"{rng.getrandbits(256):064x}",
        key=f"{rng.getrandbits(256):064x}",
        problems=tuple(problem(number, strength, rng) for number in range(PROBLEMS)),
        cells=tuple(cell(index, rng, pictures) for index in range(2 * PROBLEMS)),
        flags=("cells were run out of order",) if rng.random() < 0.1 else (),
        isolation={"level": "L3"},
        graded="2026-11-21T00:00:00+00:00",
        seconds=2.0,
    )


def problem(number: int, strength: float, rng: random.Random) -> ProblemResult:
    """One problem with a formula and four checks."""
    text = RIGHT if rng.random() < strength else rng.choice(WRONG)
    checks = [check(place, rng.random() < 0.3 + 0.7 * strength, rng) for place in range(1, CHECKS)]
    return ProblemResult(
        problem=f"problem_{number}",
        title=f"Problem {number}",
        answers=(
            AnswerRecord(
                name="variance", kind="Expression", given=True, raw=text, mathml=mathml(text), cell=2 * number
            ),
            AnswerRecord(name=f"function_{number}", kind="Function", given=True, cell=2 * number + 1),
        ),
        checks=(formula_check(text), *checks),
    )


def formula_check(text: str) -> CheckResult:
    """The check of a formula, with the counterexample of a wrong one."""
    if text == RIGHT:
        return CheckResult(check="check_0", claim="Claim 0 holds for every size.", points=2, outcome=Outcome.PASSED,
                           earned=2, seconds=0.003)  # fmt: skip
    evidence = {"answer": "variance", "values": [["d", "3"], ["sigma", "1.5"]], "student": "6.75", "expected": "3.375"}
    return CheckResult(check="check_0", claim="Claim 0 holds for every size.", points=2, outcome=Outcome.FAILED,
                       message="at d = 3, sigma = 1.5 yours gives 6.75, the expected value is 3.375",
                       evidence=evidence, seconds=0.02, mistake="forgot_relu" if text == WRONG[0] else "")  # fmt: skip


def check(place: int, passes: bool, rng: random.Random) -> CheckResult:
    """A check of a function."""
    common = {"check": f"check_{place}", "claim": f"Claim {place} holds for every size.", "points": 2.0}
    if passes:
        return CheckResult(**common, outcome=Outcome.PASSED, earned=2.0, seconds=rng.random() / 50)
    if rng.random() < 0.05:
        return CheckResult(**common, outcome=Outcome.TIMEOUT, message="the limit of 10 seconds was reached", seconds=10)
    wrong = [[int(rng.random() < 0.2) for _ in range(6)] for _ in range(6)]
    return CheckResult(**common, outcome=Outcome.FAILED, evidence={"wrong": wrong}, seconds=rng.random() / 50,
                       message="array of shape (6, 6): 7 of 36 values differ; the first, at (0, 3): got 0.743",
                       hint="The derivative of the activation is missing.")  # fmt: skip


def cell(index: int, rng: random.Random, pictures: list[str]) -> CellRecord:
    """A cell of code with an output."""
    outputs: list[dict[str, object]] = [
        {
            "output_type": "stream",
            "name": "stdout",
            "text": "".join(f"step {i}: {rng.random():.6f}\n" for i in range(20)),
        }
    ]
    if pictures and index in (5, 11):
        outputs.append({"output_type": "display_data", "metadata": {}, "data": {"image/png": rng.choice(pictures)}})
    source = "\n".join(
        f"value_{line} = forward(inputs[{line}], weights, bias=None)  # step {line}" for line in range(15)
    )
    return CellRecord(index=index, kind="code", source=source, outputs=tuple(outputs), executed=True, seconds=0.05)


def picture(rng: random.Random) -> str:
    """A figure of the usual size as a notebook holds it."""
    image = Image.new("RGB", (640, 480), "white")
    for _ in range(4000):
        image.putpixel((rng.randrange(640), rng.randrange(480)), (31, 78, 156))
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def mathml(text: str, known: dict[str, str] = {}) -> str:  # noqa: B006 - a cache for one run
    """How a formula is shown."""
    if text not in known:
        reading = read(text, declare(SYMBOLS))
        known[text] = "" if isinstance(reading, Refusal) else to_mathml(reading.node)
    return known[text]


def sheets(root: Path, submissions: int) -> None:
    """The roster, Canvas's gradebook and Moodle's worksheet."""
    names = [f"student-{number:04}" for number in range(submissions)]
    rows = [
        ["Student", "ID", "SIS Login ID", "Section", "A large class (17)"],
        ["    Points Possible", "", "", "", "80"],
    ]
    rows += [[f"Name {number}", str(number), name, "Section", ""] for number, name in enumerate(names)]
    write_csv(root / "canvas.csv", rows)
    rows = [["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Feedback comments"]]
    rows += [
        [f"Participant {number}", f"Name {number}", name, "", "", "80.00", ""] for number, name in enumerate(names)
    ]
    write_csv(root / "worksheet.csv", rows)
    rows = [["student", "username", "name", "participant"]]
    rows += [[name, f"u{number}", f"Name {number}", str(number)] for number, name in enumerate(names)]
    write_csv(root / "roster.csv", rows)


def write_csv(path: Path, rows: list[list[str]]) -> None:
    """A table as CSV."""
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)


if __name__ == "__main__":
    sys.exit(main())
