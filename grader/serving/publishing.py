"""Tells whoever should know what became of a commit: a folder, a feedback repository, or the commit's status."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from grader.errors import EnvironmentFault
from grader.rendering import file_name
from grader.serving.forge_api import ForgeApi
from grader.serving.notices import Notice

CONTEXT = "grader"
PUSH_SECONDS = 120.0
PUSH_TRIES = 3


class Publisher(Protocol):
    """Whatever can tell somebody about a graded commit."""

    def publish(self, notice: Notice) -> None:
        """Publish; raises EnvironmentFault when it could not, and is then asked again later.

        It may be asked twice for one notice, and must then leave one trace of it, not two.
        """
        ...


@dataclass(frozen=True)
class FolderPublisher:
    """Writes the report and a status file into a folder."""

    folder: Path

    def publish(self, notice: Notice) -> None:
        """Replace the student's page and status at once."""
        place = self.folder / notice.enrolled.problem_set
        status = {"commit": notice.commit, "state": notice.state, "summary": notice.summary}
        try:
            place.mkdir(parents=True, exist_ok=True)
            name = file_name(notice.enrolled.student)
            if notice.page:
                _replace(place / name, notice.page)
            _replace(place / f"{name.removesuffix('.html')}.json", json.dumps(status, indent=1) + "\n")
        except OSError as error:
            raise EnvironmentFault(f"{place}: cannot be written: {error.strerror}") from error


@dataclass(frozen=True)
class RepositoryPublisher:
    """Writes as `FolderPublisher` does into a clone of a feedback repository, commits, and pushes.

    The clone's own remote, branch and credentials are used; whoever may read the repository reads the reports.
    """

    folder: Path

    def publish(self, notice: Notice) -> None:
        """Write, commit what changed, and push; what another has pushed meanwhile is taken in first."""
        FolderPublisher(self.folder).publish(notice)
        self._git("add", "--all", "--", notice.enrolled.problem_set)
        words = f"{notice.enrolled.problem_set}: {notice.enrolled.student} {notice.commit[:12]}"
        if self._git("status", "--porcelain", "--", notice.enrolled.problem_set):
            self._git("commit", "--quiet", "--no-verify", "-m", words)
        for remaining in reversed(range(PUSH_TRIES)):
            try:
                self._git("push", "--quiet", "--no-verify", "origin", "HEAD")
            except EnvironmentFault:
                if not remaining:
                    raise
                self._git("pull", "--quiet", "--rebase", "--no-tags")
            else:
                return

    def _git(self, *arguments: str) -> str:
        git = shutil.which("git")
        if git is None:
            raise EnvironmentFault("git is not installed here")
        identity = ["-c", "user.name=grader", "-c", "user.email=grader@localhost", "-c", "commit.gpgSign=false"]
        try:
            done = subprocess.run(
                [git, *identity, "-c", "core.hooksPath=/dev/null", *arguments],
                cwd=self.folder,
                env={**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=PUSH_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EnvironmentFault(f"{self.folder}: git {arguments[0]} did not end: {error}") from error
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise EnvironmentFault(f"{self.folder}: git {arguments[0]} failed: {last[:300]}")
        return done.stdout


@dataclass(frozen=True)
class StatusPublisher:
    """Sets the commit's status on GitHub, GitLab, Gitea or Forgejo; its token need not be able to do more."""

    api: ForgeApi

    def publish(self, notice: Notice) -> None:
        """Set the status; the description is cut to what platforms take. Setting it again replaces it."""
        repository, commit = notice.enrolled.repository, notice.commit
        if self.api.forge == "gitlab":
            states = {"failure": "failed", "error": "failed"}
            address = f"/projects/{quote(repository, safe='')}/statuses/{commit}"
            body = {"state": states.get(notice.state, notice.state), "name": CONTEXT}
        else:
            address = f"/repos/{quote(repository)}/statuses/{commit}"
            body = {"state": notice.state, "context": CONTEXT}
        body |= {"description": notice.summary[:140]} | ({"target_url": notice.link} if notice.link else {})
        self.api.send("POST", address, body)


def _replace(path: Path, text: str) -> None:
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_text(text, encoding="utf-8")
    os.replace(scratch, path)  # noqa: PTH105 - atomic, and the same on every system
