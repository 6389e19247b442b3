"""`grader validate` without a name tests every set of the course, and says where a fault is."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.courses import make_course


@pytest.fixture
def two_sets(tmp_path: Path) -> Path:
    make_course(tmp_path)
    for folder in ("problems", "reference"):
        shutil.copytree(tmp_path / folder / "demo", tmp_path / folder / "second")
    return tmp_path


def validate(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader", "validate", "--root", str(root)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_every_set_is_tested(two_sets: Path):
    done = validate(two_sets)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "22 tested, 0 with faults\n"


def test_a_fault_names_its_set(two_sets: Path):
    mistake = next((two_sets / "reference" / "second").glob("*/mistakes/*.py"))
    mistake.unlink()

    done = validate(two_sets)

    assert done.returncode == 1
    assert f"FAULT second/{mistake.parts[-3]}: coverage: no mistake fails" in done.stdout
    assert "FAULT demo/" not in done.stdout
