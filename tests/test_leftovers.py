"""Folders of graders that were killed are removed by the next one; those of the living stay."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.leftovers import remove_folders_of, temporarily, temporary_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be asked there whether they live")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_a_dead_owners_folder_goes(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    left = tmp_path / f"grader-test-{ended.pid}-abc"
    (left / "inner").mkdir(parents=True)

    fresh = temporary_folder("test")

    assert not left.exists()
    assert fresh.exists()


def test_a_living_owners_folder_and_other_peoples_stay(tmp_path: Path) -> None:
    mine, other = temporary_folder("test"), tmp_path / "grader-test-notes"
    other.mkdir()

    again = temporary_folder("test")

    assert mine.exists()
    assert other.exists()
    assert again != mine


def test_whoever_buries_a_process_removes_its_folders_of_every_purpose(tmp_path: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    for purpose in ("server", "canary"):
        (tmp_path / f"grader-{purpose}-{ended.pid}-abc" / "inner").mkdir(parents=True)
    mine = temporary_folder("server")

    remove_folders_of(ended.pid)

    assert list(tmp_path.iterdir()) == [mine]


def test_folder_for_a_while_goes_with_its_owner_and_of_a_killed_one_with_the_next(tmp_path: Path) -> None:
    program = (
        "import os, signal, tempfile\n"
        "from grader.leftovers import temporarily\n"
        f"tempfile.tempdir = {str(tmp_path)!r}\n"
        "with temporarily('fetch') as folder:\n"
        "    (folder / 'part').write_text('x')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    assert len(list(tmp_path.iterdir())) == 1

    with temporarily("fetch") as folder:
        (folder / "part").write_text("x")
        assert list(tmp_path.iterdir()) == [folder]

    assert list(tmp_path.iterdir()) == []
