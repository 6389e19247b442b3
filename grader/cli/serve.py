"""``grader serve``: grade what is pushed."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.typed import as_command
from grader.errors import EnvironmentFault
from grader.loading.setfiles import find_root, read_set_file
from grader.serving.app import Settings, make_app
from grader.serving.forge_api import FORGES, ForgeApi
from grader.serving.grading import PushGrader
from grader.serving.listening import listen
from grader.serving.notices import known_detail
from grader.serving.publishing import FolderPublisher, Publisher, RepositoryPublisher
from grader.serving.pushes import Pushes
from grader.serving.reporting import publishers_for
from grader.serving.roster import Enrolled, read_roster

Roster = Annotated[Path, typer.Option(help="CSV: student, problem_set, repository, url, branch, forge")]
Feedback = Annotated[Path | None, typer.Option(help="a folder to write reports and states to")]
PushFeedback = Annotated[bool, typer.Option("--push-feedback", help="commit and push that folder, a clone")]
Report = Annotated[bool, typer.Option("--report", help="check run, note or comment beside the status")]
Detail = Annotated[str, typer.Option(help="what is told: graded, score, problems or checks")]
PerDay = Annotated[int, typer.Option(help="graded pushes of one repository a day; set.toml's if 0")]
Isolation = Annotated[str, typer.Option(help="L3, L2 or L1: the least that will do; the set's own if empty")]
Root = Annotated[Path | None, typer.Option(help="the course folder, if not this one")]

ADDRESSES = {"github": "https://api.github.com", "gitlab": "https://gitlab.com/api/v4"}


def publishers_from(
    environment: MutableMapping[str, str], feedback: Path | None, *, push: bool = False, report: bool = False
) -> list[Publisher]:
    """The publishers that the environment asks for; its token is taken out of it.

    ``GRADER_STATUS_TOKEN`` or ``GRADER_STATUS_TOKEN_FILE``, with ``GRADER_FORGE`` and ``GRADER_API``.

    Raises:
        EnvironmentFault: when a token is given for an unknown platform, or there is nothing to push.
    """
    found: list[Publisher] = []
    if feedback is not None:
        found.append(RepositoryPublisher(feedback) if push else FolderPublisher(feedback))
    elif push:
        raise EnvironmentFault("--push-feedback needs --feedback, a clone of the feedback repository")
    token = environment.pop("GRADER_STATUS_TOKEN", "")
    file = environment.pop("GRADER_STATUS_TOKEN_FILE", "")
    if not token and not file:
        if report:
            raise EnvironmentFault("--report needs GRADER_STATUS_TOKEN or GRADER_STATUS_TOKEN_FILE")
        return found
    forge = environment.get("GRADER_FORGE", "github")
    base = environment.get("GRADER_API", "") or ADDRESSES.get(forge, "")
    if not base.startswith(("https://", "http://")) or forge not in FORGES:
        raise EnvironmentFault(f"GRADER_FORGE must be {', '.join(FORGES)}, with GRADER_API for the last two")
    api = ForgeApi(forge, base.rstrip("/"), token, Path(file) if file else None)
    return [*found, *publishers_for(api, report=report)]


def attempts_of(course: Path, roster: Mapping[str, Enrolled]) -> dict[str, int]:
    """How many graded pushes a day each problem set of a roster allows, as its ``set.toml`` says."""
    names = {enrolled.problem_set for enrolled in roster.values()}
    return {name: read_set_file(course, name).attempts_per_day for name in names}


def serve(  # noqa: PLR0913 - each is an option of the command
    *,
    roster: Roster,
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="the port to listen on")] = 8080,
    feedback: Feedback = None,
    push_feedback: PushFeedback = False,
    report: Report = False,
    detail: Detail = "checks",
    per_day: PerDay = 0,
    isolation: Isolation = "",
    root: Root = None,
) -> int:
    """Receive pushes of GitHub, GitLab, Gitea and Forgejo, grade each commit in the sandbox, and publish the result.

    GRADER_WEBHOOK_SECRET is the secret that platforms sign with, GRADER_DASHBOARD_TOKEN opens the dashboard,
    GRADER_STATUS_TOKEN sets commit statuses and, with --report, puts the report on the commit.
    """
    course = find_root((root or Path.cwd()).resolve())
    secret = os.environ.pop("GRADER_WEBHOOK_SECRET", "")
    if not secret:
        raise EnvironmentFault(f"set GRADER_WEBHOOK_SECRET; a fresh one would be {secrets.token_hex(24)}")
    known = read_roster(roster)
    publishers = publishers_from(os.environ, feedback, push=push_feedback, report=report)
    degree = known_detail(detail)
    settings = Settings(
        secret, os.environ.pop("GRADER_DASHBOARD_TOKEN", ""), per_day=per_day, per_set=attempts_of(course, known)
    )
    stopping = threading.Event()
    queue = course / "reports" / "pushes.sqlite"
    with (
        Pushes(queue) as pushes,
        Pushes(queue) as own,
        PushGrader(course, known, publishers, isolation=isolation, detail=degree) as grader,
    ):
        own.reclaim()
        worker = threading.Thread(target=grader.work, args=(own, stopping), daemon=True)
        worker.start()
        try:
            app = make_app(pushes, known, settings, working=worker.is_alive)
            listen(app, host, port)
        finally:
            stopping.set()
            worker.join(timeout=5)
    return 0


command = as_command(serve)
