"""Runs one class of notebooks through grader's runner and through other tools, side by side, in turns.

    python benchmarks/runner.py                       # every engine that is installed, 24 submissions
    python benchmarks/runner.py --engines ours,nbclient,floor --submissions 8
    python benchmarks/runner.py --growth              # ours at 1, 10, 50 and 200 submissions, 1, 2 and 4 workers
    python benchmarks/runner.py --tools /path/bin     # where papermill, nbgrader and otter are, if not beside python

The engines take turns, a few submissions each, so that whatever else the machine does hits all of them alike; ratios
are worth more than seconds. Half of the submissions are wrong and raise in three cells.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import homework
import nbformat
from nbclient import NotebookClient

from grader.execution import Worker
from grader.execution.faster import kernel_server
from grader.execution.isolation import available

TURN = 2
FLOOR = """
import contextlib, io, json, sys, time, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, {folder!r})
import homework, torch
torch.set_num_threads(1)
def run(number):
    names = {{}}
    with contextlib.redirect_stdout(io.StringIO()):
        for source in homework.sources(number, steps={steps}):
            try:
                exec(source, names)
            except Exception:
                pass
run(0), run(1)
for line in sys.stdin:
    started = time.perf_counter()
    run(int(line))
    print(time.perf_counter() - started, flush=True)
"""


@dataclass
class Measured:
    """Seconds per submission of one engine, and what it took to start."""

    seconds: list[float] = field(default_factory=list)
    start: float = 0.0


@dataclass(frozen=True)
class Class:
    """The notebooks on disk and the places where tools are and write."""

    folder: Path
    tools: Path
    steps: int
    level: str

    def notebook(self, number: int) -> Path:
        """One submission's notebook, written when first asked for."""
        path = self.folder / f"student-{number:03}.ipynb"
        if not path.exists():
            nbformat.write(homework.notebook(number, steps=self.steps), path)
        return path

    def tool(self, name: str) -> str | None:
        """A tool's path, if it is installed."""
        return shutil.which(name, path=f"{self.tools}{os.pathsep}{Path(sys.executable).parent}")


Step = Callable[[Sequence[int]], None]


def timed(run: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def quiet(command: Sequence[str], folder: Path, **more: str) -> None:
    """Run a command and drop its output."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", **more}
    subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True)


@contextmanager
def floor(given: Class, measured: Measured) -> Iterator[Step]:
    """The same cells in one warm process: no isolation, nothing shown; nothing can be faster."""
    code = FLOOR.format(folder=str(Path(__file__).parent), steps=given.steps)
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    ) as running:

        def step(numbers: Sequence[int]) -> None:
            for number in numbers:
                running.stdin.write(f"{number}\n")
                running.stdin.flush()
                measured.seconds.append(float(running.stdout.readline()))

        yield step
        running.stdin.close()


@contextmanager
def ours(given: Class, measured: Measured, *, level: str | None = None) -> Iterator[Step]:
    """Grader's runner in its sandbox: a fresh process for each submission."""
    started = time.perf_counter()
    with Worker(isolation=level or given.level) as worker:
        measured.start = time.perf_counter() - started

        def one(number: int) -> None:
            with worker.kernel() as kernel:
                kernel.run(homework.sources(number, steps=given.steps))

        def step(numbers: Sequence[int]) -> None:
            measured.seconds.extend(timed(lambda number=number: one(number)) for number in numbers)

        yield step


@contextmanager
def ours_open(given: Class, measured: Measured) -> Iterator[Step]:
    """Grader's runner without a sandbox (L1): what isolation costs is the difference."""
    with ours(given, measured, level="L1") as step:
        yield step


@contextmanager
def plain_nbclient(given: Class, measured: Measured) -> Iterator[Step]:
    """Nbclient as it comes, a kernel per notebook."""

    def one(number: int) -> None:
        notebook = nbformat.read(given.notebook(number), as_version=4)
        NotebookClient(notebook, allow_errors=True, timeout=600, kernel_name="python3").execute()

    def step(numbers: Sequence[int]) -> None:
        measured.seconds.extend(timed(lambda number=number: one(number)) for number in numbers)

    yield step


@contextmanager
def script(given: Class, measured: Measured) -> Iterator[Step]:
    """The same code as a script, a new interpreter for each submission."""

    def one(number: int) -> None:
        path = given.folder / f"student-{number:03}.py"
        cells = [
            f"try:\n{textwrap.indent(source, '    ')}\nexcept Exception as error:\n    print(error)"
            for source in homework.sources(number, steps=given.steps)
        ]
        path.write_text("\n".join(cells))
        quiet([sys.executable, str(path)], given.folder)

    def step(numbers: Sequence[int]) -> None:
        measured.seconds.extend(timed(lambda number=number: one(number)) for number in numbers)

    yield step


@contextmanager
def papermill(given: Class, measured: Measured) -> Iterator[Step]:
    """Papermill's command, once for each notebook; it stops at the first error."""
    command = given.tool("papermill")

    def one(number: int) -> None:
        target = given.folder / "papermill.ipynb"
        quiet([command, "-k", "python3", str(given.notebook(number)), str(target)], given.folder)

    def step(numbers: Sequence[int]) -> None:
        measured.seconds.extend(timed(lambda number=number: one(number)) for number in numbers)

    yield step


def course_of(given: Class, name: str) -> Path:
    """A course folder for nbgrader with the class handed in."""
    course = given.folder / name
    (course / "source" / "ps1").mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'c'\nc.Exchange.root = '/nonexistent'\n"
        "c.ExecutePreprocessor.timeout = 600\n"
    )
    nbformat.write(graded(homework.notebook(0, steps=given.steps)), course / "source" / "ps1" / "ps1.ipynb")
    quiet([given.tool("nbgrader"), "generate_assignment", "ps1", "--force"], course)
    return course


def graded(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with one cell that nbgrader gives a point for."""
    test = nbformat.v4.new_code_cell("assert len(losses) > 0")
    test.metadata["nbgrader"] = {
        "grade": True,
        "grade_id": "test",
        "locked": True,
        "points": 1,
        "schema_version": 3,
        "solution": False,
        "task": False,
        "cell_type": "code",
    }
    notebook.cells.append(test)
    return notebook


@contextmanager
def nbgrader(given: Class, measured: Measured, **environment: str) -> Iterator[Step]:
    """Nbgrader autograde, a few students at a time."""
    course = course_of(given, "course")
    arguments = [str(given.tool("nbgrader")), "autograde", "ps1", "--create", "--force"]

    def step(numbers: Sequence[int]) -> None:
        for number in numbers:
            folder = course / "submitted" / f"student-{number:03}" / "ps1"
            folder.mkdir(parents=True, exist_ok=True)
            nbformat.write(graded(homework.notebook(number, steps=given.steps)), folder / "ps1.ipynb")
        seconds = timed(lambda: quiet(arguments, course, **environment))
        shutil.rmtree(course / "submitted")
        done = len(list((course / "autograded").glob("*/ps1/ps1.ipynb")))
        if done < len(measured.seconds) + len(numbers):
            raise SystemExit(f"nbgrader graded {done} notebooks only")
        measured.seconds.extend([seconds / len(numbers)] * len(numbers))

    yield step


@contextmanager
def nbgrader_forked(given: Class, measured: Measured) -> Iterator[Step]:
    """Nbgrader autograde, unmodified, with our kernel server."""
    with kernel_server() as variables, nbgrader(given, measured, **variables) as step:
        yield step


@contextmanager
def otter(given: Class, measured: Measured) -> Iterator[Step]:
    """Otter run, once for each notebook."""
    tests = given.folder / "otter" / "tests"
    tests.mkdir(parents=True)
    (tests / "q1.py").write_text(
        "OK_FORMAT = True\ntest = {'name': 'q1', 'points': 1, 'suites': [{'cases': [{'code': "
        "'>>> len(losses) > 0\\nTrue', 'hidden': False, 'locked': False}], 'scored': True, 'type': 'doctest'}]}\n"
    )
    quiet([given.tool("otter"), "generate", "-t", str(tests)], given.folder / "otter")
    archive = next((given.folder / "otter").glob("*.zip"))

    def one(number: int) -> None:
        copy = given.folder / "otter" / f"student-{number:03}.ipynb"
        shutil.copy(given.notebook(number), copy)
        quiet([given.tool("otter"), "run", "-a", str(archive), copy.name], given.folder / "otter")

    def step(numbers: Sequence[int]) -> None:
        measured.seconds.extend(timed(lambda number=number: one(number)) for number in numbers)

    yield step


ENGINES = {
    "floor": floor,
    "ours": ours,
    "ours-open": ours_open,
    "script": script,
    "nbclient": plain_nbclient,
    "papermill": papermill,
    "nbgrader": nbgrader,
    "nbgrader-forked": nbgrader_forked,
    "otter": otter,
}
NEEDS = {"papermill": "papermill", "nbgrader": "nbgrader", "nbgrader-forked": "nbgrader", "otter": "otter"}


def compare(given: Class, names: Sequence[str], submissions: int) -> dict[str, Measured]:
    """Let the engines take turns over the class."""
    results = {name: Measured() for name in names}
    with ExitStack() as stack:
        steps = {}
        for name in names:
            folder = given.folder / name
            folder.mkdir()
            steps[name] = stack.enter_context(ENGINES[name](replace(given, folder=folder), results[name]))
        for at in range(0, submissions, TURN):
            for name, step in steps.items():
                step(range(at, min(at + TURN, submissions)))
                print(name, at, [round(value, 3) for value in results[name].seconds[at:]], file=sys.stderr)
    return results


def table(results: dict[str, Measured]) -> str:
    """Medians per submission and ratios, as a table in Markdown."""
    base = statistics.median(results["nbclient"].seconds) if "nbclient" in results else None
    least = statistics.median(results["floor"].seconds) if "floor" in results else None
    rows = [
        "| engine | seconds per submission | right / wrong | faster than nbclient | times the floor |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, measured in results.items():
        middle = statistics.median(measured.seconds)
        right, wrong = (statistics.median(measured.seconds[part::2] or [0.0]) for part in (0, 1))
        rows.append(
            f"| {name} | {middle:.3f} | {right:.3f} / {wrong:.3f} | {f'{base / middle:.1f}' if base else '-'} | "
            f"{f'{middle / least:.2f}' if least else '-'} |"
        )
    return "\n".join(rows)


def _share(numbers: Sequence[int], steps: int, level: str) -> None:
    with Worker(isolation=level) as worker:
        for number in numbers:
            with worker.kernel() as kernel:
                kernel.run(homework.sources(number, steps=steps))


def growth(given: Class, counts: Sequence[int], workers: Sequence[int]) -> str:
    """Our whole batches, process starts included, by number of submissions and of workers."""
    rows = [
        "| submissions | workers | seconds | seconds per submission | largest process, MiB |",
        "|---:|---:|---:|---:|---:|",
    ]
    for count in counts:
        for parallel in workers:
            if parallel > count:
                continue
            started = time.perf_counter()
            shares = [range(first, count, parallel) for first in range(parallel)]
            running = [
                multiprocessing.Process(target=_share, args=(share, given.steps, given.level)) for share in shares
            ]
            for process in running:
                process.start()
            peak = 0
            while any(process.is_alive() for process in running):
                peak = max(peak, *(_resident(process.pid) for process in running))
                time.sleep(0.2)
            seconds = time.perf_counter() - started
            rows.append(f"| {count} | {parallel} | {seconds:.1f} | {seconds / count:.3f} | {peak >> 20} |")
            print(rows[-1], file=sys.stderr)
    return "\n".join(rows)


def _resident(pid: int | None) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def machine() -> str:
    """The machine, as a line of text."""
    name = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            name = line.partition(": ")[2]
            break
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{name}, {os.cpu_count()} cores, {system}, load {load}"


def main() -> None:
    """Measure what the arguments say and print tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--submissions", type=int, default=24)
    parser.add_argument("--steps", type=int, default=45, help="training steps: 45 is light, 350 is medium")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--counts", default="1,10,50,200")
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument("--tools", type=Path, default=Path(sys.executable).parent)
    parser.add_argument("--json", type=Path, help="write the raw seconds here")
    given = parser.parse_args()
    os.environ["PATH"] = f"{given.tools}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls another tool by its name
    level = next((level for level in ("L3", "L2", "L1") if not available()[level]), "L1")
    print(f"{machine()}; sandbox {level}; {given.steps} training steps\n")
    with tempfile.TemporaryDirectory() as folder:
        shared = Class(Path(folder), given.tools, given.steps, level)
        if given.growth:
            print(growth(shared, [int(n) for n in given.counts.split(",")], [int(n) for n in given.workers.split(",")]))
            return
        wanted = [name for name in given.engines.split(",") if name not in NEEDS or shared.tool(NEEDS[name])]
        results = compare(shared, wanted, given.submissions)
    print(table(results))
    if given.json:
        given.json.write_text(json.dumps({name: measured.seconds for name, measured in results.items()}))


if __name__ == "__main__":
    main()
