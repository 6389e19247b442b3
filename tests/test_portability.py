"""The self-check works where there is no fork, no process group, no signal but a few, and no limits: on Windows.

This machine is made to look so: what Windows lacks is taken away before our own code is imported, in the command and
in the kernels that it starts. What only Windows has (`taskkill`, its file locks) is not covered.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.pipeline.releasing import write_bundle
from tests.courses import CODE, RIGHT_MEAN, RIGHT_SCALE, make_course, notebook

# libraries choose by the platform when they are imported, so they come first
LIBRARIES = (
    "import asyncio, concurrent.futures, multiprocessing, numpy, nbclient, ipykernel.ipkernel, ipykernel.kernelapp, "
    "ipykernel.zmqshell, matplotlib.font_manager, os, platformdirs, pydantic, rich, signal, socket, subprocess, "
    "sys, sympy, tempfile, typer, uuid\n"
)
WITHOUT = (
    LIBRARIES
    + """
for name in ("resource", "fcntl", "pwd", "grp", "termios", "pty", "tty", "syslog", "readline"):
    sys.modules[name] = None


def kill(self):
    if self.poll() is None:
        os.kill(self.pid, 9)


subprocess.Popen.kill = subprocess.Popen.terminate = kill
socket.socketpair.__defaults__ = (socket.AF_UNIX, *socket.socketpair.__defaults__[1:])
LACKS = {
    os: "fork forkpty setsid killpg getuid geteuid getgid getegid setuid setgid setresuid setresgid setgroups getpgid "
    "getpgrp setpgid pread pwrite memfd_create register_at_fork mkfifo mknod chroot fchmod fchown sched_getaffinity "
    "nice wait3 wait4 O_NOFOLLOW O_NONBLOCK getloadavg sysconf pipe2 posix_spawn posix_fallocate",
    signal: "SIGKILL SIGHUP SIGALRM SIGCHLD SIGUSR1 SIGUSR2 SIGSTOP SIGXCPU SIGXFSZ setitimer siginterrupt ITIMER_REAL "
    "pthread_sigmask",
    socket: "AF_UNIX SCM_RIGHTS send_fds recv_fds",
}
for module, names in LACKS.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""
)
COMMAND = f"""
{WITHOUT}
import grader.execution.starting as starting

first = repr(sys.argv.pop(1)).replace("{{", "{{{{").replace("}}", "}}}}")
starting.BOOTSTRAP = f"exec({{first}}); " + starting.BOOTSTRAP
from grader.cli import main

main(sys.argv[1:])
"""
COMPARES = '''

@problem.check(points=1)
def is_no_number(student):
    """The mean depends on a."""
    assert_equivalent(student.mean, student.mean)
'''


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("course"))
    problem = root / "problems" / "demo" / "mean.py"
    problem.write_text(problem.read_text().replace('"positive")', '"positive", sealed="anyway")') + COMPARES)
    assert "numpy" in CODE
    out = tmp_path_factory.mktemp("student")
    write_bundle(root, "demo", out)
    return out


def check(bundle: Path, *cells: str, encoding: str = "utf-8") -> subprocess.CompletedProcess[str]:
    """`grader check` as where everything that Windows lacks is missing, on a notebook with line ends of Windows."""
    path = bundle / "mine.ipynb"
    content = json.loads(notebook(*(cell.replace("\n", "\r\n") for cell in cells)))
    path.write_bytes(json.dumps(content, indent=1).replace("\n", "\r\n").encode())
    environment = {"PATH": os.environ["PATH"], "COLUMNS": "200", "HOME": str(bundle), "PYTHONIOENCODING": encoding}
    return subprocess.run(
        [sys.executable, "-c", COMMAND, WITHOUT, "check", path.name], cwd=bundle, capture_output=True,
        encoding=encoding, check=False, env=environment, timeout=300,
    )  # fmt: skip


def test_right_answers_are_told_right(bundle: Path):
    done = check(
        bundle, "**Answer `mean`**: $\\frac12 a$", "import os\nos.write(1, b'printed below Python')", RIGHT_SCALE
    )

    assert done.returncode == 0, done.stderr
    assert "✓ `mean` is the right formula, in any form." in done.stdout
    assert "✓ The mean depends on a." in done.stdout
    assert "✓ scale keeps the shape of its argument." in done.stdout
    assert "printed below Python" in (bundle / "mine-check.html").read_text()


def test_terminal_of_windows_that_knows_few_characters_gets_all_words(bundle: Path):
    done = check(
        bundle, "**Answer `mean`**: $\\frac a3$", "print('\u03c3 \u2713')\nraise ValueError('\u65e5 \u03c3')",
        RIGHT_SCALE, encoding="cp1252",
    )  # fmt: skip

    assert done.returncode == 1, done.stderr
    assert "  x `mean` is the right formula, in any form." in done.stdout
    assert "  + scale keeps the shape of its argument." in done.stdout
    assert "cell 2: ValueError: ? sigma" in done.stdout
    assert "report: mine-check.html" in done.stdout
    assert "日 σ" in (bundle / "mine-check.html").read_text(encoding="utf-8")


def test_long_path_with_odd_characters_is_no_hindrance(bundle: Path, tmp_path: Path):
    """Where a home folder is called so; the names of Windows have no more than these."""
    place = tmp_path / "Größe (1) & 'x' %TEMP% Ω" / ("long " * 12).strip() / "ps;08"
    shutil.copytree(bundle, place)

    done = check(place, "**Answer `mean`**: $a/2$", RIGHT_SCALE)

    assert done.returncode == 0, done.stderr
    assert "✓ scale keeps the shape of its argument." in done.stdout


def test_wrong_answer_and_endless_loop_are_told(bundle: Path):
    done = check(
        bundle, RIGHT_MEAN.replace("{a}{2}", "{a}{3}"), "while True: pass", "def scale(x):\n    return x.ravel()"
    )

    assert done.returncode == 1, done.stderr
    assert "this is not the right formula" in done.stdout
    assert "cell 2: its limit of time was reached" in done.stdout
    assert "a result of shape (2, 3) was expected, got shape (6,)" in done.stdout


def test_only_who_knows_the_word_is_let_in(tmp_path: Path):
    script = f"""
{WITHOUT}
import threading
from grader.errors import EnvironmentFault
from grader.execution import starting

listener = socket.create_server(("127.0.0.1", 0))
address = listener.getsockname()
running = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def ended(connection):
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def call(text):
    connection = socket.create_connection(address)
    connection.sendall(text)
    return connection


strangers = [call(b"wrong notebook\\n"), call(b"word other\\n"), call(b"x" * 200)]
own = [call(b"word notebook\\n"), call(b"word judge\\n")]
found = starting._called(listener, running, b"word")
print(sorted(found), [ended(one) for one in strangers])
kill(running)
running.wait()
try:
    starting._called(listener, running, b"word")
except EnvironmentFault as fault:
    print(fault)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.stdout.splitlines() == ["[b'judge', b'notebook'] [True, True, True]", "it ended with status -9"], (
        done.stderr
    )
