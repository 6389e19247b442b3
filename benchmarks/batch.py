"""Grades a whole class from the command line, beside nbclient with as many workers, which only runs the notebooks.

    python benchmarks/batch.py [--submissions 100] [--workers 2] [--plain 12] [--isolation L3]

`grader grade` does everything: starts, reads, runs in the sandbox, checks with hidden inputs, records, renders.
nbclient runs `--plain` of the same notebooks in `--workers` processes, before and after; its rate is taken for the
class. Then nothing has changed and `grader grade` is asked again, and `grader --help` is timed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import homework
import nbformat
from nbclient import NotebookClient

PROBLEM = '''
"""Four functions."""

import numpy as np

from grader import Function, Problem
from grader.assertions import assert_close

problem = Problem(
    title="Four functions",
    statement="Write them.",
    answers={
        "softmax": Function("softmax(x)"),
        "cross_entropy": Function("cross_entropy(p, y)"),
        "linear": Function("linear(x, w, b)"),
        "step": Function("step(w, gradient, rate)"),
    },
    setup="import numpy as np\\nimport torch",
)


@problem.check(points=2, hidden=True)
def softmax_is_right(student, reference, rng):
    """softmax is right, also for large arguments."""
    for scale in (1.0, 1000.0):
        x = scale * rng.normal(size=5)
        assert_close(student.softmax(x), reference.softmax(x))


@problem.check(points=2, hidden=True)
def cross_entropy_is_right(student, reference, rng):
    """cross_entropy is right."""
    for y in range(2):
        p = rng.dirichlet(np.ones(2))
        assert_close(student.cross_entropy(p, y), reference.cross_entropy(p, y))


@problem.check(points=2, hidden=True)
def linear_is_right(student, reference, rng):
    """linear is right for several shapes."""
    for n, d, m in ((2, 3, 4), (1, 3, 1)):
        x, w, b = rng.normal(size=(n, d)), rng.normal(size=(d, m)), rng.normal(size=m)
        assert_close(student.linear(x, w, b), reference.linear(x, w, b))


@problem.check(points=2, hidden=True)
def step_is_right(student, reference, rng):
    """step goes downhill."""
    for rate in (0.1, 1.0):
        w, gradient = rng.normal(size=3), rng.normal(size=3)
        assert_close(student.step(w, gradient, rate), reference.step(w, gradient, rate))
'''


def make_course(root: Path, submissions: int) -> None:
    """A course with the benchmark's homework, handed in by a class."""
    solution = "\n\n\n".join(["import numpy as np", *homework.RIGHT.values()])
    files = {
        "problems/homework/set.toml": 'title = "Homework"\nproblems = ["functions"]\n',
        "problems/homework/functions.py": PROBLEM.lstrip(),
        "reference/homework/functions/solution.py": f'"""Right."""\n\n{solution}\n',
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for number in range(submissions):
        folder = root / "submissions" / "homework" / f"student-{number:03}"
        folder.mkdir(parents=True)
        nbformat.write(homework.notebook(number), folder / "homework.ipynb")


def timed(arguments: Sequence[str], root: Path) -> float:
    """Seconds that one command takes."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "grader", *arguments], cwd=root, capture_output=True, text=True, check=False
    )
    seconds = time.perf_counter() - started
    if done.returncode > 1:
        raise SystemExit(done.stdout + done.stderr)
    return seconds


def _plain(numbers: Sequence[int]) -> None:
    for number in numbers:
        NotebookClient(homework.notebook(number), allow_errors=True, timeout=600).execute()


def plain(submissions: int, workers: int) -> float:
    """Seconds per submission of nbclient in several processes."""
    shares = [range(first, submissions, workers) for first in range(workers)]
    running = [multiprocessing.Process(target=_plain, args=(share,)) for share in shares]
    started = time.perf_counter()
    for process in running:
        process.start()
    for process in running:
        process.join()
    return (time.perf_counter() - started) / submissions


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--plain", type=int, default=12)
    parser.add_argument("--isolation", default="L3")
    given = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    print(f"load {os.getloadavg()[0]:.1f}; {given.workers} workers; {given.isolation}")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_course(root, given.submissions)
        grade = ["grade", "homework", f"--workers={given.workers}", f"--isolation={given.isolation}"]
        first = plain(given.plain, given.workers)
        ours = timed(grade, root)
        second = plain(given.plain, given.workers)
        base = (first + second) / 2
        again = timed(grade, root)
        shutil.rmtree(root / "reports" / "homework" / "students", ignore_errors=True)
        rendering = timed(["render", "homework"], root)
        helping = min(timed(["--help"], root) for _ in range(3))
    share = ours / given.submissions
    print(f"nbclient, running only: {first:.3f} and {second:.3f} s per submission")
    print(f"grader grade, everything: {ours:.1f} s, {share:.3f} s per submission, {base / share:.1f} times faster")
    print(f"again, nothing changed: {again:.2f} s; render: {rendering:.2f} s; --help: {helping:.2f} s")


if __name__ == "__main__":
    main()
