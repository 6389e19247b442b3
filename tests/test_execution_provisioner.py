from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.errors import EnvironmentFault
from grader.execution.faster import kernel_server, main
from grader.execution.provisioner import fork_kernel, launcher_arguments

CELLS = ["import os, sys\nprint(os.getcwd(), os.environ['MARK'])", "1 / 0", "display(3)", "'numpy' in sys.modules"]
DRIVE = f"""
import json
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
for _ in range(2):
    notebook = new_notebook(cells=[new_code_cell(source) for source in {CELLS!r}])
    client = NotebookClient(notebook, allow_errors=True, kernel_name="python3", shutdown_kernel="immediate")
    client.execute()
    provisioner = type(client.create_kernel_manager()).__name__
    print(json.dumps([cell.outputs for cell in notebook.cells]))
"""


def test_unmodified_nbclient_gives_the_same_outputs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "drive.py"
    script.write_text(DRIVE)
    environment = {**os.environ, "MARK": "here"}
    plain = subprocess.run(
        [sys.executable, str(script)], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    command = f"import os, runpy; os.chdir({str(tmp_path)!r}); os.environ['MARK'] = 'here'; runpy.run_path('drive.py')"

    status = main(["--preload", "numpy", sys.executable, "-c", command])

    assert status == 0
    expected = [json.loads(line) for line in plain.stdout.splitlines()]
    got = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert got[0][:3] == got[1][:3] == expected[0][:3]
    assert expected[0][3][0]["data"] == {"text/plain": "False"}
    assert got[0][3][0]["data"] == {"text/plain": "True"}, "the kernel was not forked from the server"


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ([sys.executable, "-m", "ipykernel_launcher", "-f", "x.json"], ["-f", "x.json"]),
        ([sys.executable, "-m", "ipykernel", "-f", "x.json"], ["-f", "x.json"]),
        ([sys.executable, "-m", "other_kernel"], None),
        (["/usr/bin/env", "python", "-m", "ipykernel_launcher"], None),
        (["no-such-program", "-m", "ipykernel_launcher"], None),
        ([], None),
    ],
)
def test_only_our_own_interpreters_kernels_are_forked(command: list[str], arguments: list[str] | None) -> None:
    assert launcher_arguments(command) == arguments


def test_without_a_server_there_is_nothing_to_fork_from(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        fork_kernel(str(tmp_path / "nothing"), [], {}, tmp_path)


def test_a_kernel_ends_with_its_server_and_says_how(tmp_path: Path) -> None:
    with kernel_server(()) as variables:
        path = variables["GRADER_KERNEL_SERVER"]
        killed, left = (
            fork_kernel(path, ["-f", str(tmp_path / f"{name}.json")], dict(os.environ), tmp_path) for name in "ab"
        )
        assert killed.poll() is None
        time.sleep(0.3)

        killed.kill()

        assert killed.wait(5) == -signal.SIGKILL
        with pytest.raises(subprocess.TimeoutExpired):
            left.wait(0.05)
    assert left.wait(5) == -signal.SIGKILL
    assert not Path(f"/proc/{left.pid}").exists()


def test_a_module_that_cannot_be_preloaded_is_named() -> None:
    with pytest.raises(EnvironmentFault, match="no_such_module"), kernel_server(("no_such_module",)):
        pass


def test_the_commands_status_is_ours() -> None:
    assert main(["--preload", "", sys.executable, "-c", "raise SystemExit(7)"]) == 7
