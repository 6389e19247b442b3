"""Tells a platform what became of a commit: a status, and the report; tokens are held here and nowhere else."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from grader.errors import EnvironmentFault
from grader.rendering import file_name
from grader.serving.roster import Enrolled

CONTEXT = "grader"
TIMEOUT = 20.0


@dataclass(frozen=True)
class Notice:
    """What is published about one commit; ``state`` is ``pending``, ``success``, ``failure`` or ``error``."""

    enrolled: Enrolled
    commit: str
    state: str
    summary: str
    page: str = ""
    link: str = ""


class Publisher(Protocol):
    """Whatever can tell somebody about a graded commit."""

    def publish(self, notice: Notice) -> None:
        """Publish; raises EnvironmentFault when it could not, and is then asked again later."""
        ...


@dataclass(frozen=True)
class FolderPublisher:
    """Writes the report and a status file into a folder, e.g. a clone of a feedback repository."""

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
class ForgePublisher:
    """Sets the commit's status on GitHub, GitLab, Gitea or Forgejo.

    ``base`` is the API's address, ``token`` one that may set statuses and no more (``repo:status``, a reporter's
    ``api`` token of a single project).
    """

    forge: str
    base: str
    token: str = field(repr=False)

    def publish(self, notice: Notice) -> None:
        """Set the status; the description is cut to what platforms take."""
        repository, commit = notice.enrolled.repository, notice.commit
        if self.forge == "gitlab":
            states = {"failure": "failed", "error": "failed"}
            address = f"{self.base}/projects/{quote(repository, safe='')}/statuses/{commit}"
            body = {"state": states.get(notice.state, notice.state), "name": CONTEXT}
            headers = {"PRIVATE-TOKEN": self.token}
        else:
            address = f"{self.base}/repos/{quote(repository)}/statuses/{commit}"
            body = {"state": notice.state, "context": CONTEXT}
            headers = {"Authorization": f"token {self.token}"}
        body |= {"description": notice.summary[:140]} | ({"target_url": notice.link} if notice.link else {})
        self._post(address, body, headers)

    def _post(self, address: str, body: Mapping[str, str], headers: Mapping[str, str]) -> None:
        request = urllib.request.Request(  # noqa: S310 - the address is the operator's own
            address,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json", **headers},
            method="POST",
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310 - the address is the operator's own
                return
        except urllib.error.HTTPError as error:
            raise EnvironmentFault(f"{self.forge} refused the status: {error.code} {error.reason}") from error
        except OSError as error:
            raise EnvironmentFault(f"{self.forge} cannot be reached: {error}") from error


def _replace(path: Path, text: str) -> None:
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_text(text, encoding="utf-8")
    os.replace(scratch, path)  # noqa: PTH105 - atomic, and the same on every system
