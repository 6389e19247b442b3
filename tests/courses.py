"""A tiny course for tests: one theory problem, one coding problem, and notebooks to hand in."""

from __future__ import annotations

import json
import signal
from pathlib import Path

THEORY = '''
"""The mean of a uniform variable."""

from grader import Expression, Problem
from grader.assertions import assert_equivalent

problem = Problem(
    title="A mean",
    statement="Let $x$ be uniform on $[0, a]$. Find its mean.",
    answers={"mean": Expression(a="positive")},
)


@problem.check(points=2)
def mean_is_right(student, reference):
    """The mean is right as a function of a."""
    assert_equivalent(student.mean, reference.mean)
'''

CODE = '''
"""Scaling an array."""

import numpy as np

from grader import Function, Problem
from grader.assertions import assert_close, assert_shape

problem = Problem(
    title="A scaling",
    statement="Write `scale(x)`, which doubles an array.",
    answers={"scale": Function("scale(x)")},
    setup="import numpy as np",
)


@problem.check(points=1)
def keeps_the_shape(student):
    """scale keeps the shape of its argument."""
    assert_shape(student.scale(np.ones((2, 3))), (2, 3))


@problem.check(points=2, needs=(keeps_the_shape,), hidden=True)
def doubles(student, reference, rng):
    """scale doubles every entry."""
    x = rng.normal(size=(3, 4))
    assert_close(student.scale(x), reference.scale(x))
'''

FILES = {
    "problems/demo/set.toml": 'title = "A demo"\nproblems = ["mean", "scaling"]\nisolation = "L1"\n'
    "[limits]\ncell_seconds = 3\n",
    "problems/demo/mean.py": THEORY,
    "problems/demo/scaling.py": CODE,
    "reference/demo/mean/solution.py": '"""By symmetry."""\n\nfrom sympy import Symbol\n\n'
    'a = Symbol("a", positive=True)\nmean = a / 2\n',
    "reference/demo/mean/mistakes/largest.py": '"""This is the largest value, not the mean."""\n\n'
    'loses = ("mean_is_right",)\n\nmean = "a"\n',
    "reference/demo/mean/accepted/forms.py": '"""Forms."""\n\n# %% latex\nmean = r"\\frac{a}{2}"\n\n'
    '# %% decimal\nmean = "0.5 a"\n',
    "reference/demo/scaling/solution.py": '"""Elementwise."""\n\ndef scale(x):\n    return 2 * x\n',
    "reference/demo/scaling/mistakes/squares.py": '"""This squares instead."""\n\nloses = ("doubles",)\n\n\n'
    "def scale(x):\n    return x * x\n",
    "reference/demo/scaling/mistakes/flattens.py": '"""This flattens it."""\n\nloses = ("keeps_the_shape",)\n\n\n'
    "def scale(x):\n    return (2 * x).ravel()\n",
}

RIGHT_MEAN = "**Answer `mean`**: a formula in `a`\n\n$$\\frac{a}{2}$$"
RIGHT_SCALE = "def scale(x):\n    return 2 * x"


def make_course(root: Path) -> Path:
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return root


def notebook(*cells: str, problem_set: str = "demo") -> str:
    """A notebook; a text that begins with ``**`` or ``##`` is Markdown, any other is code."""
    built = []
    for source in cells:
        if source.startswith(("**", "## ")):
            built.append({"cell_type": "markdown", "metadata": {}, "source": source})
        else:
            built.append(
                {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
            )
    metadata = {"grader": {"problem_set": problem_set}, "kernelspec": {"name": "python3", "language": "python"}}
    return json.dumps({"cells": built, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4})


def hand_in(root: Path, student: str, *cells: str, problem_set: str = "demo") -> Path:
    path = root / "submissions" / problem_set / student / f"{problem_set}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(notebook(*cells, problem_set=problem_set), encoding="utf-8")
    return path


def heed_interrupts() -> None:
    """In a child before it starts: whoever runs the tests in the background has them ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
