"""Fetches one commit as data: bare, shallow, without hooks, filters, submodules or links, only the expected files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import EnvironmentFault, SubmissionError
from grader.serving.forges import COMMIT

MAX_BLOB = 32 << 20
MAX_FILES = 50
MAX_REPOSITORY = 256 << 20
FETCH_SECONDS = 120.0
_LFS = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True)
class Fetched:
    """The expected files of a commit by path, and remarks on what was left out."""

    files: dict[str, bytes]
    flags: tuple[str, ...] = field(default=())


def fetch(url: str, commit: str, wanted: re.Pattern[str], *, seconds: float = FETCH_SECONDS) -> Fetched:
    """The files of one commit whose paths match ``wanted``.

    Nothing is checked out and nothing of the repository is run or obeyed: no hook, attribute, filter, submodule or
    configuration of it, and no configuration of ours.

    Raises:
        SubmissionError: when the commit or its files cannot be had, with the reason.
        EnvironmentFault: when git is missing here.
    """
    if not COMMIT.fullmatch(commit):
        raise SubmissionError(f"{commit[:80]!r} is no object name of a commit")
    if shutil.which("git") is None:
        raise EnvironmentFault("git is not installed here")
    with tempfile.TemporaryDirectory(prefix="grader-fetch-") as scratch:
        place = Path(scratch) / "repository.git"
        _git(["init", "--quiet", "--bare", str(place)], Path(scratch), seconds)
        fetching = ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
        limit = [f"--filter=blob:limit={MAX_BLOB}"] if not url.startswith("file:") else []
        _git([*fetching, *limit, "--", url, commit], place, seconds, quota=MAX_REPOSITORY)
        files: dict[str, bytes] = {}
        flags: list[str] = []
        for mode, kind, name, size, path in _tree(place, commit, seconds):
            if not wanted.fullmatch(path):
                continue
            reason = _refusal(mode, kind, size)
            if not reason and len(files) >= MAX_FILES:
                reason = f"there are more than {MAX_FILES} files"
            data = b"" if reason else _git(["cat-file", "blob", name], place, seconds)
            if data.startswith(_LFS):
                reason = "it is a Git LFS pointer, not the file"
            if reason:
                flags.append(f"{path!r} was left out: {reason}")
            else:
                files[path] = data
        return Fetched(files, tuple(flags))


def remote_commit(url: str, branch: str, *, seconds: float = 30.0) -> str:
    """The commit at the head of a branch; empty when there is none.

    Raises:
        SubmissionError: when the remote does not answer.
    """
    with tempfile.TemporaryDirectory(prefix="grader-poll-") as scratch:
        out = _git(["ls-remote", "--heads", "--", url, f"refs/heads/{branch}"], Path(scratch), seconds)
    commit = out.split(b"\t", 1)[0].decode("ascii", "replace").strip()
    return commit if COMMIT.fullmatch(commit) else ""


def _tree(place: Path, commit: str, seconds: float) -> Iterator[tuple[str, str, str, int, str]]:
    listing = _git(["ls-tree", "-r", "-l", "-z", "--full-tree", commit], place, seconds)
    for entry in listing.split(b"\0"):
        if not entry:
            continue
        head, _, path = entry.partition(b"\t")
        mode, kind, name, size = head.decode("ascii", "replace").split()
        yield mode, kind, name, int(size) if size.isdigit() else -1, path.decode("utf-8", "surrogateescape")


def _refusal(mode: str, kind: str, size: int) -> str:
    if mode == "120000":
        return "it is a symbolic link"
    if kind != "blob":
        return "it is a submodule"
    if size < 0 or size > MAX_BLOB:
        return f"it is larger than {MAX_BLOB >> 20} MB"
    return ""


def _git(arguments: list[str], folder: Path, seconds: float, *, quota: int = 0) -> bytes:
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "true",
        "GIT_PROTOCOL_FROM_USER": "0",
        "GIT_ALLOW_PROTOCOL": "https:http:git:ssh:file",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
    }
    safe = ["-c", "core.hooksPath=/dev/null", "-c", "core.symlinks=false", "-c", "transfer.fsckObjects=true",
            "-c", "protocol.ext.allow=never", "-c", "gc.auto=0", "-c", "submodule.recurse=false"]  # fmt: skip
    process = subprocess.Popen(
        [shutil.which("git") or "git", *safe, *arguments],
        cwd=folder if folder.exists() else None,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    full = threading.Event()
    watch = threading.Thread(target=_watch, args=(process, folder, quota, full), daemon=True) if quota else None
    if watch is not None:
        watch.start()
    try:
        out, error = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as expired:
        process.kill()
        process.communicate()
        raise SubmissionError(f"git {arguments[0]} did not end in {seconds:g} seconds") from expired
    if full.is_set():
        raise SubmissionError(f"the repository is larger than {quota >> 20} MB")
    if process.returncode:
        last = error.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
        raise SubmissionError(f"git {arguments[0]} failed: {last[0][:300]}")
    return out


def _watch(process: subprocess.Popen[bytes], folder: Path, quota: int, full: threading.Event) -> None:
    while process.poll() is None:
        size = 0
        for path in folder.rglob("*"):
            try:
                size += path.stat().st_size
            except OSError:
                continue
        if size > quota:
            full.set()
            process.kill()
            return
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
