"""A student with the released bundle and the installed package, and nothing else: the right word for each answer.

The package is built into a wheel and installed into a fresh environment; what it depends on is lent to it, grader's own
sources are not.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.loading.references import load_reference
from grader.loading.sets import load_set
from grader.pipeline.releasing import write_bundle

COURSE = Path(__file__).parent.parent
BUILD = "import sys; from setuptools.build_meta import build_wheel; print(build_wheel(sys.argv[1]))"
QUICKLY = 60.0
"""Promised are ten seconds on a machine that does nothing else; here others may run beside it."""


@dataclass(frozen=True)
class Case:
    """A formula that is sealed, wrong and right in an unusual form; and a function that a public check looks at."""

    problem_set: str
    answer: str
    wrong: str
    unusual: str
    problem: str
    functions: tuple[str, ...]
    mistake: str
    claim: str


CASES = [
    Case(
        "ps08", "sgdm_momentum", r"c \frac{1-\beta^{t+1}}{1-\beta}", r"\sum_{k=1}^{t} c\, \beta^{t-k}",
        "optimizer_steps", ("sgdm_step", "adam_step"), "adam_without_correction", "adam_follows_torch",
    ),
    Case(
        "normalization", "shrunken_parameter", r"\frac{a\theta^*}{a+\lambda}",
        r"\theta^* - \frac{2\lambda\theta^*}{2\lambda + a}",
        "layer_norm_code", ("layer_norm", "layer_norm_backward"), "divides_by_one_less",
        "gives_mean_zero_and_variance_one",
    ),
    Case(
        "optimization", "rate_after", r"\gamma \frac{1-\mu^{t}}{1+\mu}", r"\gamma + \gamma\sum_{k=1}^{t-1} \mu^k",
        "unbiased_gradient", ("minibatch_gradient",), "summed", "mean_over_all_batches",
    ),
    Case(
        "dropout_and_cnn", "gradient_variance", r"(n-k)^2 \sigma_x^2 \sigma_g^2",
        r"((n-k)\sigma_x\sigma_g + \sigma_g\sigma_x)^2",
        "convolution_gradients", ("convolution_backward", "convolution_step"), "kernel_flipped", "agrees_with_autograd",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``grader`` in an environment of its own."""
    place = tmp_path_factory.mktemp("stranger")
    sources = place / "sources"
    shutil.copytree(COURSE / "grader", sources / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(COURSE / name, sources / name)
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(place)], cwd=sources, capture_output=True, text=True, check=True
    )
    wheel = place / built.stdout.split()[-1]
    shutil.rmtree(sources)
    home = place / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(home / "bin" / "python"), "install", "--quiet", "--no-index",
         "--no-deps", str(wheel)],
        check=True,
    )  # fmt: skip
    [packages] = home.glob("lib/python*/site-packages")
    lent = {path for path in map(Path, sys.path) if path.name == "site-packages"}
    # a .pth file adds folders, and obeys none of those that lie in them: an editable grader is not among what is lent
    (packages / "lent.pth").write_text("\n".join(map(str, lent)))
    where = subprocess.run(
        [str(home / "bin" / "python"), "-c", "import grader; print(grader.__file__)"],
        cwd=place, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert Path(where.stdout.strip()).is_relative_to(home)
    return home / "bin" / "grader"


def fill_in(path: Path, answers: dict[str, str]) -> None:
    """Write answers where the released notebook asks for them, as a student does."""
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        name = cell["metadata"].get("grader", {}).get("answer", "")
        if name in answers:
            source = "".join(cell["source"])
            cell["source"] = (
                source.replace("\\dots", answers[name]) if cell["cell_type"] == "markdown" else answers[name]
            )
    path.write_text(json.dumps(content), encoding="utf-8")


def check(program: Path, folder: Path, answers: dict[str, str], name: str) -> tuple[str, float]:
    """What the command says about a released notebook with these answers, and how long it took."""
    path = folder / f"{name}.ipynb"
    released = path.read_bytes()
    fill_in(path, answers)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "COLUMNS": "200"}
    started = time.monotonic()
    done = subprocess.run(
        [str(program), "check", path.name], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )
    seconds = time.monotonic() - started
    path.write_bytes(released)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout, seconds


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.problem_set)
def test_each_answer_gets_the_right_word(program: Path, tmp_path: Path, case: Case):
    write_bundle(COURSE, case.problem_set, tmp_path)
    problem = load_set(COURSE, case.problem_set).problems[case.problem]
    reference = load_reference(COURSE, case.problem_set, case.problem, numbers=problem.numbers)
    right = reference.solution.cells[-1].source
    [broken] = [one.submission.cells[-1].source for one in reference.mistakes if one.name == case.mistake]
    [claim] = [one.claim for one in problem.checks if one.name == case.claim]

    wrong, first = check(program, tmp_path, {case.answer: case.wrong, case.functions[0]: broken}, case.problem_set)
    told, second = check(program, tmp_path, {case.answer: case.unusual, case.functions[0]: right}, case.problem_set)

    assert f"✗ `{case.answer}` is the right formula, in any form." in wrong
    assert "this is not the right formula" in wrong
    assert f"✓ `{case.answer}` is the right formula, in any form." in told
    assert f"✗ {claim}" in wrong
    assert f"✓ {claim}" in told
    assert re.search(r"not the grade: \d+ hidden checks were not run here", told)
    assert max(first, second) < QUICKLY
