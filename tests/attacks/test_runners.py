"""Section L, as far as it can run here: grading on a machine of a code host, with its tokens and its limits."""

# ruff: noqa: E501 - sources of attacks are kept on few lines

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.execution import isolation
from grader.execution.worker import Worker
from tests.attacks.arena import HONEST, make_course, notebook

TOKENS = {
    "GITHUB_TOKEN": "token-of-the-runner",
    "ACTIONS_RUNTIME_TOKEN": "token-of-the-runner",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "token-of-the-runner",
    "AWS_SECRET_ACCESS_KEY": "token-of-the-runner",
}
LOOK = """
import os, subprocess
found = [name for name, value in os.environ.items() if 'token' in value]
try:
    found += [part for part in open('/proc/self/environ').read().split(chr(0)) if 'runner' in part]
except OSError:
    pass
found += [part for part in subprocess.run(['env'], capture_output=True, text=True).stdout.splitlines() if 'runner' in part]
written = []
for path in {paths!r}:
    try:
        open(path, 'a').write('planted=1')
        written.append(path)
    except OSError:
        pass
print('found', found, 'written', written)
"""
WITHOUT_NAMESPACES = """
import sys
sys.path.insert(0, sys.argv[1])
from grader.kernel import seccomp
seccomp.allow_no_new_privileges()
seccomp.install(seccomp.program(sockets=True))
from grader.cli import main
main(sys.argv[2:])
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the levels that keep secrets are Linux's")


@pytest.mark.parametrize("level", ["L3", "L2"])
def test_l02_and_l03_tokens_and_the_runners_files_are_out_of_reach(
    level: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if isolation.available()[level]:
        pytest.skip(f"{level} is not available here")
    files = [tmp_path / name for name in ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")]
    for file in files:
        file.write_text("")
        monkeypatch.setenv(file.name, str(file))
    for name, value in TOKENS.items():
        monkeypatch.setenv(name, value)

    with Worker(preload=(), isolation=level) as worker, worker.kernel() as kernel:  # type: ignore[arg-type]
        (run,) = kernel.run([LOOK.format(paths=[str(file) for file in files])])

    assert run.outputs[0]["text"].strip() == "found [] written []"
    assert all(file.read_text() == "" for file in files)


def test_l04_the_runners_helpers_are_out_of_reach() -> None:
    source = (
        "import os, socket, subprocess\nreached = []\nfor path in ('/var/run/docker.sock', '/run/docker.sock', '/run/containerd/containerd.sock'):\n"
        "    try:\n        socket.socket(socket.AF_UNIX).connect(path)\n        reached.append(path)\n    except OSError:\n        pass\n"
        "try:\n    done = subprocess.run(['sudo', '-n', 'id'], capture_output=True, text=True)\n    reached += [done.stdout] if 'uid=0' in done.stdout and os.getuid() else []\n"
        "except OSError:\n    pass\nprint('reached', reached)"
    )
    level = next(level for level, reason in isolation.available().items() if not reason)

    with Worker(preload=(), isolation=level) as worker, worker.kernel() as kernel:
        (run,) = kernel.run([source])

    assert run.outputs[0]["text"].strip() == "reached []"


def test_l06_a_machine_without_the_level_is_refused_with_the_remedy_and_no_score(tmp_path: Path) -> None:
    """As a container of a code host is: it refuses namespaces."""
    course = make_course(tmp_path)
    student = course / "submissions" / "attacks" / "student-99" / "attacks.ipynb"
    student.write_bytes(notebook(list(HONEST.values())))

    done = subprocess.run(
        [
            sys.executable,
            "-c",
            WITHOUT_NAMESPACES,
            str(Path(__file__).parents[2]),
            "grade",
            "attacks",
            "--root",
            str(course),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "400"},
    )

    assert done.returncode == 3, done.stderr
    assert "isolation not available: L3" in done.stderr
    assert "--privileged --network none" in done.stderr
    assert not list((course / "reports").rglob("grades.csv"))
