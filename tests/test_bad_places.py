"""Full disks, folders that cannot be read or written, single notebooks: one clear line each, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.recording.ledger import Ledger
from tests.courses import RIGHT_MEAN, RIGHT_SCALE, hand_in, make_course, notebook

AS_ANOTHER = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def grader(root: Path, *arguments: str, user: bool = False) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader", *arguments]
    return subprocess.run(
        [*(AS_ANOTHER if user else []), *command], cwd=root, capture_output=True, text=True, check=False
    )


@pytest.fixture
def course(tmp_path: Path) -> Path:
    root = make_course(tmp_path / "course")
    hand_in(root, "student-01", RIGHT_MEAN, RIGHT_SCALE)
    return root


@pytest.fixture
def small_disk(course: Path) -> Iterator[Path]:
    """A reports folder on a disk of its own that has room for a ledger, and for little more."""
    reports = course / "reports"
    reports.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(reports)], check=True)
    yield course
    subprocess.run(["umount", str(reports)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_full_disk_is_named_and_what_is_graded_is_kept(small_disk: Path):
    (small_disk / "reports" / "ballast").write_bytes(b"x" * 20_000)
    for number in range(2, 5):
        hand_in(small_disk, f"student-{number:02}", RIGHT_MEAN, RIGHT_SCALE, f"print('x' * {30_000 * number})")

    done = grader(small_disk, "grade", "demo", "--workers", "1")

    assert done.returncode == 3, done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "full" in done.stderr or "no space left" in done.stderr
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk / "reports")], check=True)
    again = grader(small_disk, "grade", "demo", "--workers", "1")
    assert again.returncode == 0, again.stderr
    with Ledger(small_disk / "reports" / "demo" / "ledger.sqlite") as ledger:
        assert len(ledger.latest()) == 4


def test_reports_folder_that_cannot_be_written_is_named(course: Path):
    (course / "reports").write_text("a file where a folder belongs")

    done = grader(course, "grade", "demo")

    assert done.returncode == 3
    assert done.stderr.startswith(f"grader: {course}/reports/demo: cannot be written")
    assert "Traceback" not in done.stderr


def test_folder_that_cannot_be_read_is_one_rejected_submission(course: Path):
    (course / "submissions" / "demo" / "student-02").mkdir()
    (course / "submissions" / "demo" / "student-02" / "demo.ipynb").mkdir()

    done = grader(course, "grade", "demo")

    assert done.returncode == 1
    assert "look at 'student-02'" in done.stdout
    assert "a regular file was expected, this is a folder" in done.stdout
    with Ledger(course / "reports" / "demo" / "ledger.sqlite") as ledger:
        assert {name: result.state.value for name, result in ledger.latest().items()} == {
            "student-01": "graded",
            "student-02": "rejected-input",
        }


def test_one_notebook_is_graded_without_touching_the_class(course: Path, tmp_path: Path):
    (tmp_path / "mine.ipynb").write_text(notebook(RIGHT_MEAN, RIGHT_SCALE))

    done = grader(
        course, "grade", str(tmp_path / "mine.ipynb"), "--problem-set", "demo", "--junit", str(tmp_path / "junit.xml")
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.rstrip().endswith("mine.html")
    assert Path(done.stdout.rstrip().splitlines()[-1]).exists()
    assert 'failures="0"' in (tmp_path / "junit.xml").read_text()
    assert not (course / "reports" / "demo" / "ledger.sqlite").exists()


def test_pytest_collects_a_problem_set(course: Path):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "problems"],
        cwd=course, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout
