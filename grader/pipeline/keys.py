"""What decides whether a submission must be graded again, without importing anything heavy."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution

from grader.loading.submissions import Received
from grader.result import SubmissionResult

PACKAGES = ("grader", "numpy", "torch", "sympy", "nbclient", "ipykernel", "python-flint")


@cache
def versions() -> dict[str, str]:
    """The versions that could change a result, by package."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version_of(name)
        except PackageNotFoundError:
            continue
    return found


def version_of(package: str) -> str:
    """The version of an installed package; the standard library's own way takes the whole readme apart first.

    Raises:
        PackageNotFoundError: when it is not installed.
    """
    about = distribution(package)
    lines = (about.read_text("METADATA") or "").splitlines()
    return next((line[9:] for line in lines if line.startswith("Version: ")), "") or about.version


@cache
def _surroundings() -> str:
    return json.dumps(versions(), sort_keys=True)


def job_key(received: Received, set_digest: str) -> str:
    """SHA-256 over the submission's bytes, the set's files, the grader and its environment."""
    return _key(received.student, received.digest, set_digest)


def rescored_key(result: SubmissionResult, set_digest: str) -> str:
    """The key that a recorded submission has once it is judged by the set as it is now."""
    return _key(result.student, result.digest, set_digest)


def _key(student: str, digest: str, set_digest: str) -> str:
    parts = [student, digest, set_digest, _surroundings()]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
