"""One grading run at a time, whoever was killed before and however many start at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.errors import EnvironmentFault
from grader.recording.locks import grading_lock

TRY = """
import sys, time
from pathlib import Path
from grader.errors import EnvironmentFault
from grader.recording.locks import grading_lock
sys.stdin.readline()
try:
    with grading_lock(Path(sys.argv[1])):
        print("held", flush=True)
        sys.stdin.readline()
except EnvironmentFault as error:
    print(error, flush=True)
"""
STALE = f"999999999 {os.uname().nodename} 1"


@pytest.mark.parametrize("before", [None, STALE, ""], ids=["no lock", "a stale lock", "an empty lock"])
def test_of_many_that_start_at_once_one_runs(tmp_path: Path, before: str | None):
    for _ in range(3):
        if before is not None:
            (tmp_path / ".grading").write_text(before)
        runs = [
            subprocess.Popen(
                [sys.executable, "-c", TRY, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for _ in range(5)
        ]
        for run in runs:
            assert run.stdin
            run.stdin.write("\n")
            run.stdin.flush()
        said = [run.stdout.readline().strip() for run in runs if run.stdout]
        for run in runs:
            run.communicate("\n")

        assert said.count("held") == 1, said
        assert all("another grading run" in words for words in said if words != "held"), said
        assert list(tmp_path.iterdir()) == []


def test_a_run_that_was_killed_and_not_yet_buried_holds_nothing(tmp_path: Path):
    dead = subprocess.Popen(
        [sys.executable, "-c", TRY, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert dead.stdin
    assert dead.stdout
    dead.stdin.write("\n")
    dead.stdin.flush()
    assert dead.stdout.readline() == "held\n"
    dead.kill()
    os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)  # its parent has not asked for its end

    with grading_lock(tmp_path):
        pass
    dead.communicate()


def test_the_run_that_holds_it_is_named(tmp_path: Path):
    named = pytest.raises(EnvironmentFault, match=f"process {os.getpid()} on ")
    with grading_lock(tmp_path), named, grading_lock(tmp_path):
        pass
