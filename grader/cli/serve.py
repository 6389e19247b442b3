"""``grader serve``: grade what is pushed."""

from __future__ import annotations

import os
import secrets
import threading
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from grader.cli.typed import as_command
from grader.errors import EnvironmentFault
from grader.loading.sets import find_root
from grader.serving.app import Settings, make_app
from grader.serving.grading import Detail, PushGrader
from grader.serving.publishing import FolderPublisher, ForgePublisher, Publisher
from grader.serving.pushes import Pushes
from grader.serving.roster import read_roster

FORGES = {"github": "https://api.github.com", "gitlab": "https://gitlab.com/api/v4"}


def publishers_from(environment: dict[str, str], feedback: Path | None) -> list[Publisher]:
    """The publishers that the environment asks for: ``GRADER_STATUS_TOKEN`` with ``GRADER_FORGE`` and ``GRADER_API``.

    Raises:
        EnvironmentFault: when a token is given for an unknown platform.
    """
    found: list[Publisher] = [FolderPublisher(feedback)] if feedback else []
    token = environment.get("GRADER_STATUS_TOKEN", "")
    if token:
        forge = environment.get("GRADER_FORGE", "github")
        base = environment.get("GRADER_API", "") or FORGES.get(forge, "")
        if not base or forge not in ("github", "gitlab", "gitea", "forgejo"):
            raise EnvironmentFault(
                "GRADER_FORGE must be github, gitlab, gitea or forgejo, with GRADER_API for the last two"
            )
        found.append(ForgePublisher(forge, base.rstrip("/"), token))
    return found


def serve(
    *,
    roster: Annotated[Path, typer.Option(help="CSV: student, problem_set, repository, url, branch, forge")],
    host: Annotated[str, typer.Option(help="the address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="the port to listen on")] = 8080,
    feedback: Annotated[Path | None, typer.Option(help="a folder to write reports and states to")] = None,
    per_day: Annotated[int, typer.Option(help="graded pushes of one repository a day; 0 for no bound")] = 0,
    isolation: Annotated[str, typer.Option(help="L3, L2 or L1: the least that will do; the set's own if empty")] = "",
    hide_score: Annotated[bool, typer.Option("--hide-score", help="say only that it is graded")] = False,
    root: Annotated[Path | None, typer.Option(help="the course folder, if not this one")] = None,
) -> int:
    """Receive pushes of GitHub, GitLab, Gitea and Forgejo, grade each commit in the sandbox, and publish the result.

    GRADER_WEBHOOK_SECRET is the secret that platforms sign with, GRADER_DASHBOARD_TOKEN opens the dashboard,
    GRADER_STATUS_TOKEN sets commit statuses.
    """
    course = find_root((root or Path.cwd()).resolve())
    secret = os.environ.pop("GRADER_WEBHOOK_SECRET", "")
    if not secret:
        raise EnvironmentFault(f"set GRADER_WEBHOOK_SECRET; a fresh one would be {secrets.token_hex(24)}")
    known = read_roster(roster)
    publishers = publishers_from(dict(os.environ), feedback)
    os.environ.pop("GRADER_STATUS_TOKEN", None)
    settings = Settings(secret, os.environ.pop("GRADER_DASHBOARD_TOKEN", ""), per_day=per_day)
    stopping = threading.Event()
    queue = course / "reports" / "pushes.sqlite"
    with (
        Pushes(queue) as pushes,
        Pushes(queue) as own,
        PushGrader(course, known, publishers, isolation=isolation, detail=Detail(score=not hide_score)) as grader,
    ):
        own.reclaim()
        worker = threading.Thread(target=grader.work, args=(own, stopping), daemon=True)
        worker.start()
        try:
            uvicorn.run(make_app(pushes, known, settings), host=host, port=port, log_level="warning", access_log=False)
        finally:
            stopping.set()
            worker.join(timeout=5)
    return 0


command = as_command(serve)
