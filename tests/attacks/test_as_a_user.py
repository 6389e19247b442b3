"""The same attacks when an ordinary user grades: in user namespaces (L3) and with Landlock (L2), without any right."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USER = 1234
# a private copy of the mounts in which the interpreter's closed parents are open: nothing outside changes
OPEN_PARENTS = """
set -e
mount --make-rprivate /
for path in "$@"; do
    closed=""
    parent="$path"
    while [ "$parent" != / ]; do
        parent=$(dirname "$parent")
        if [ "$parent" != / ] && [ $(( 0$(stat -c %a "$parent") & 1 )) -eq 0 ]; then closed="$parent"; fi
    done
    if [ -n "$closed" ]; then
        mkdir -p "$SCRATCH/source"
        mount --bind "$path" "$SCRATCH/source"
        mount -t tmpfs -o mode=755 none "$closed"
        mkdir -p "$path"
        mount --move "$SCRATCH/source" "$path"
    fi
done
exec setpriv --reuid "$WHO" --regid "$WHO" --clear-groups "$PYTHON" -m pytest -q -x -p no:cacheprovider \
    --basetemp "$SCRATCH/pytest" tests/attacks/test_secrets.py tests/attacks/test_exhaustion.py
"""


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="root is needed to become another user")
@pytest.mark.skipif(shutil.which("setpriv") is None or shutil.which("unshare") is None, reason="needs util-linux")
def test_attacks_gain_nothing_where_an_ordinary_user_grades() -> None:
    scratch = Path("/tmp") / f"grader-attacks-{os.getpid()}"  # short and open: sockets and other users
    scratch.mkdir(mode=0o777)
    scratch.chmod(0o777)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "SCRATCH": str(scratch),
        "WHO": str(USER),
        "PYTHON": sys.executable,
        "GRADER_ATTACK_LEVELS": "L3,L2",
        "GRADER_ATTACK_ONLY_EVERYWHERE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", OPEN_PARENTS, "sh", str(Path(sys.base_prefix).resolve())],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=environment,
            check=False,
        )
    finally:
        shutil.rmtree(scratch, ignore_errors=True)

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed, done.stdout[-2000:]
    assert int(passed[1]) > 60
    assert "skipped" not in done.stdout, done.stdout[-2000:]
