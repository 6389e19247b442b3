"""Gradescope's autograder archive: the course's set and grader itself, run so that student code reaches no result."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import grader
from grader.errors import AuthoringError

SETUP = """#!/usr/bin/env bash
# Runs once, when Gradescope builds the image.
set -euo pipefail
apt-get update -q
apt-get install -y -q --no-install-recommends python3 python3-venv python3-pip
python3 -m venv /autograder/venv
/autograder/venv/bin/pip install --quiet -c /autograder/source/constraints.txt /autograder/source/grader
"""

RUN = """#!/usr/bin/env bash
# Runs for each submission. The submission is copied as data; its code runs in the sandbox only (level L2 at least,
# which plain containers allow); the results are written by this script, outside of it, also when grading fails.
set -uo pipefail
home=${{AUTOGRADER:-/autograder}}
bin=${{GRADER_BIN:-$home/venv/bin}}
results=$home/results
mkdir -p "$results"
chmod 700 "$results"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$home/source/course/." "$work/"
mkdir -p "$work/submissions/{name}/submission"
find "$home/submission" -maxdepth 1 -type f -size -64M -exec cp -t "$work/submissions/{name}/submission" -- {{}} +
cd "$work"
"$bin/grader" grade {name} --isolation "${{GRADER_ISOLATION:-L2}}" --workers 1 >"$work/log" 2>&1
"$bin/grader" export {name} --to gradescope --out "$work/out" >>"$work/log" 2>&1
if ! cp "$work/out/submission/results.json" "$results/results.json" 2>/dev/null; then
  printf '%s\\n' '{{"output": "Not graded yet: the autograder failed; a person will look. This is not a score.",' \\
    '"score": 0, "visibility": "visible", "stdout_visibility": "hidden", "tests": []}}' >"$results/results.json"
  cat "$work/log"
fi
"""


def autograder_zip(root: Path, name: str) -> bytes:
    """The archive for one problem set: ``setup.sh``, ``run_autograder``, the set with its reference, and grader.

    Raises:
        AuthoringError: when grader was not installed from its sources, so that they cannot be packed.
    """
    package = Path(grader.__file__).parent
    project = package.parent / "pyproject.toml"
    if not project.is_file():
        raise AuthoringError(f"{project}: grader's own sources are needed; run this from a clone of it")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "setup.sh", SETUP.encode(), executable=True)
        _add(archive, "run_autograder", RUN.format(name=name).encode(), executable=True)
        for part in ("problems", "reference"):
            for path in sorted((root / part / name).rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    _add(archive, f"course/{path.relative_to(root).as_posix()}", path.read_bytes())
        for path in sorted(package.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                _add(archive, f"grader/grader/{path.relative_to(package).as_posix()}", path.read_bytes())
        for extra in ("pyproject.toml", "README.md"):
            _add(archive, f"grader/{extra}", (project.parent / extra).read_bytes())
        constraints = project.parent / "constraints.txt"
        _add(archive, "constraints.txt", constraints.read_bytes() if constraints.exists() else b"")
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes, *, executable: bool = False) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.external_attr = (0o100755 if executable else 0o100644) << 16
    archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
