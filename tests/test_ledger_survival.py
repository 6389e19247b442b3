"""A ledger that was being made when its process was killed, or that several processes make at once."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from grader.recording.ledger import Ledger

KILLED = """
import os, signal, sqlite3, sys
from pathlib import Path
from grader.recording import ledger

left = int(sys.argv[2])

class Connection(sqlite3.Connection):
    def execute(self, *arguments):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().execute(*arguments)

connect = sqlite3.connect
ledger.sqlite3.connect = lambda *arguments, **options: connect(*arguments, factory=Connection, **options)
with ledger.Ledger(Path(sys.argv[1])):
    print("made")
"""
OPENED = """
import sys
from pathlib import Path
from grader.recording.ledger import Ledger

sys.stdin.readline()
with Ledger(Path(sys.argv[1])) as ledger:
    print(ledger.key.hex())
"""


def test_a_ledger_can_be_opened_wherever_its_making_was_cut_off(tmp_path: Path):
    for number in range(60):
        path = tmp_path / str(number) / "ledger.sqlite"
        run = subprocess.run(
            [sys.executable, "-c", KILLED, str(path), str(number)], capture_output=True, text=True, check=False
        )
        assert run.returncode in (0, -signal.SIGKILL), run.stderr
        with Ledger(path) as ledger:
            assert len(ledger.key) == 32
            assert ledger.keys() == {}
        if run.returncode == 0:
            break
    assert number > 15
    assert run.stdout == "made\n"


@pytest.mark.parametrize("before", ["nothing", "tables of version 1", "tables whose version was not noted"])
def test_of_many_that_open_a_ledger_at_once_none_fails(tmp_path: Path, before: str):
    for number in range(3):
        path = tmp_path / str(number) / "ledger.sqlite"
        if before != "nothing":
            with Ledger(path):
                pass
            with sqlite3.connect(path) as connection:
                connection.execute(f"pragma user_version = {int(before.endswith('1'))}")
                connection.execute("alter table mark drop column about")
            connection.close()
        runs = [
            subprocess.Popen(
                [sys.executable, "-c", OPENED, str(path)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            for _ in range(5)
        ]  # fmt: skip
        for run in runs:
            assert run.stdin
            run.stdin.write("\n")
            run.stdin.flush()
        said = [run.communicate() for run in runs]

        assert {words for _, words in said} == {""}
        assert len({key for key, _ in said}) == 1
