"""Fetches one commit as data: bare, shallow, without hooks, filters, submodules or links, only the expected files."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.errors import EnvironmentFault, GraderError, SubmissionError
from grader.leftovers import temporarily
from grader.serving.forges import COMMIT

MAX_BLOB = 32 << 20
MAX_FILES = 50
MAX_REPOSITORY = 256 << 20
CONFIG = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
MAX_LISTING = 8 << 20
MAX_MEMORY = 2 << 30
FETCH_SECONDS = 120.0
SAFE = (
    "-c", "core.hooksPath=/dev/null", "-c", "core.symlinks=false", "-c", "transfer.fsckObjects=true",
    "-c", "protocol.ext.allow=never", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
    "-c", "submodule.recurse=false", "-c", "fetch.unpackLimit=1", "-c", "pack.threads=1",
    "-c", "core.bigFileThreshold=4m",
)  # fmt: skip
_BLAMES_THE_COMMIT = (
    "not our ref", "find remote ref", "unadvertised object", "fsck", "did not send all necessary objects",
    "out of memory", "Out of memory", "memory exhausted", "index-pack failed", "unpack-objects",
)  # fmt: skip
"""What git says of a commit that is not there, or not as git writes one; anything else may be different later."""

_LFS = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True)
class Fetched:
    """The expected files of a commit by path, and remarks on what was left out."""

    files: dict[str, bytes]
    flags: tuple[str, ...] = field(default=())


def fetch(
    url: str,
    commit: str,
    wanted: re.Pattern[str],
    *,
    folders: Sequence[str] = (),
    seconds: float = FETCH_SECONDS,
    quota: int = MAX_REPOSITORY,
) -> Fetched:
    """The files of one commit whose paths match ``wanted``, in its top folder and in ``folders``.

    Nothing is checked out and nothing of the repository is run or obeyed: no hook, attribute, filter, submodule or
    configuration of it, and no configuration of ours. No other folder is looked into, however deep it goes.

    Raises:
        SubmissionError: when the commit or its files cannot be had, with the reason.
        EnvironmentFault: when git is missing here, or the remote cannot be reached now.
    """
    if not COMMIT.fullmatch(commit):
        raise SubmissionError(f"{commit[:80]!r} is no object name of a commit")
    with temporarily("fetch") as scratch:
        place = scratch / "repository.git"
        git = _Git(place, quota)
        git.run(["init", "--quiet", "--bare", str(place)], seconds)
        fetching = ["fetch", "--quiet", "--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
        limit = [f"--filter=blob:limit={MAX_BLOB}"] if not url.startswith("file:") else []
        git.run([*fetching, *limit, "--", url, commit], seconds)
        # without the remote in it, nothing that the limit left out is asked for later by the way
        (place / "config").write_text(CONFIG, encoding="ascii")
        files: dict[str, bytes] = {}
        flags: list[str] = []
        for mode, kind, name, size, path in _entries(git, commit, folders, seconds):
            if not wanted.fullmatch(path):
                continue
            reason = _refusal(mode, kind, size)
            if not reason and len(files) >= MAX_FILES:
                reason = f"there are more than {MAX_FILES} files"
            data = b"" if reason else git.run(["cat-file", "blob", name], seconds, most=MAX_BLOB)
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
    with temporarily("poll") as scratch:
        git = _Git(scratch, MAX_LISTING)
        out = git.run(["ls-remote", "--heads", "--", url, f"refs/heads/{branch}"], seconds)
    # git takes the name for the end of one: a branch called a/refs/heads/main is told too
    for line in out.decode("utf-8", "replace").splitlines():
        commit, _, reference = line.partition("\t")
        if reference == f"refs/heads/{branch}" and COMMIT.fullmatch(commit):
            return commit
    return ""


def _entries(
    git: _Git, commit: str, folders: Sequence[str], seconds: float
) -> Iterator[tuple[str, str, str, int, str]]:
    """What lies in the top folder and in those named, without going deeper: a tree can be a bomb too."""
    trees = {"": commit}
    for folder in ("", *folders):
        listed, prefix = trees.get(folder, ""), f"{folder}/" if folder else ""
        listing = git.run(["ls-tree", "-l", "-z", "--full-tree", listed], seconds) if listed else b""
        for entry in listing.split(b"\0"):
            if not entry:
                continue
            head, _, path = entry.partition(b"\t")
            mode, kind, name, size = head.decode("ascii", "replace").split()
            full = prefix + path.decode("utf-8", "surrogateescape")
            if kind == "tree":
                trees[full] = name
            else:
                yield mode, kind, name, int(size) if size.isdigit() else -1, full


def _refusal(mode: str, kind: str, size: int) -> str:
    if mode == "120000":
        return "it is a symbolic link"
    if kind != "blob":
        return "it is a submodule"
    if size < 0 or size > MAX_BLOB:
        return f"it is larger than {MAX_BLOB >> 20} MB"
    return ""


class _Git:
    """Runs git in one folder, bounded in time, memory and what it writes."""

    def __init__(self, folder: Path, quota: int) -> None:
        self._folder = folder
        self._quota = quota
        program = shutil.which("git")
        if program is None:
            raise EnvironmentFault("git is not installed here")
        # the bound on one file holds at every moment; the sum is looked at now and then
        bounds = f"ulimit -f {quota // 512 + 1}; ulimit -v {MAX_MEMORY >> 10}; ulimit -c 0; "
        self._program = ["/bin/sh", "-c", f'{bounds}exec "$0" "$@"', program, *SAFE]
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ASKPASS": "true",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o ForwardAgent=no",
            "GIT_PROTOCOL_FROM_USER": "0",
            "GIT_ALLOW_PROTOCOL": "https:http:git:ssh:file",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "LC_ALL": "C",
        }

    def run(self, arguments: list[str], seconds: float, *, most: int = MAX_LISTING) -> bytes:
        """What git writes to its standard output, at most so many bytes.

        Raises:
            SubmissionError: when it does not end in time, grows over a bound, or fails.
            EnvironmentFault: when a fetch fails for a reason that need not be the commit's.
        """
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
            process = subprocess.Popen(
                [*self._program, *arguments],
                cwd=self._folder if self._folder.exists() else None,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=error,
                start_new_session=True,
            )
            try:
                self._wait(process, arguments[0], seconds)
            finally:
                _end(process)
            if process.returncode and self._size(largest=True) >= self._quota:
                raise SubmissionError(f"the repository is larger than {_megabytes(self._quota)} MB")
            if process.returncode:
                error.seek(0)
                raise _failure(arguments[0], error.read(1 << 16).decode("utf-8", "replace"))
            if out.seek(0, os.SEEK_END) > most:
                raise SubmissionError(f"git {arguments[0]} tells more than {_megabytes(most)} MB; too many files")
            out.seek(0)
            return out.read()

    def _wait(self, process: subprocess.Popen[bytes], word: str, seconds: float) -> None:
        until = time.monotonic() + seconds
        pause = 0.005
        while True:
            try:
                process.wait(pause)
            except subprocess.TimeoutExpired:
                pause = min(0.1, pause * 2)
            else:
                return
            if time.monotonic() > until:
                raise SubmissionError(f"git {word} did not end in {seconds:g} seconds")
            if self._size() > self._quota:
                raise SubmissionError(f"the repository is larger than {_megabytes(self._quota)} MB")

    def _size(self, *, largest: bool = False) -> int:
        sizes = [0]
        for folder, _, names in os.walk(self._folder):
            for name in names:
                with contextlib.suppress(OSError):
                    sizes.append(os.lstat(os.path.join(folder, name)).st_size)  # noqa: PTH118 - thousands of them
        return max(sizes) if largest else sum(sizes)


def _failure(word: str, told: str) -> GraderError:
    """What it means that git failed: whether the commit is to blame, or that it could not be had just now."""
    last = told.strip().splitlines()[-1:] or ["no reason given"]
    message = f"git {word} failed: {last[0][:300]}"
    if word == "fetch" and not any(reason in told for reason in _BLAMES_THE_COMMIT):
        return EnvironmentFault(message)
    return SubmissionError(message)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill git and what it started, which would go on writing otherwise."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _megabytes(count: int) -> str:
    return f"{count / 2**20:g}"
