"""``grader poll``: ask the remotes of a roster for new commits, where nothing can come in."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from grader.cli.serve import (
    Detail,
    Feedback,
    Isolation,
    PerDay,
    PushFeedback,
    Report,
    Root,
    Roster,
    attempts_of,
    publishers_from,
)
from grader.cli.typed import as_command
from grader.errors import SubmissionError
from grader.loading.setfiles import find_root
from grader.serving.fetching import remote_commit
from grader.serving.grading import PushGrader
from grader.serving.notices import known_detail
from grader.serving.pushes import Pushes
from grader.serving.roster import read_roster


def poll(
    *,
    roster: Roster,
    every: Annotated[float, typer.Option(help="minutes between two rounds; 0 for a single one")] = 0.0,
    feedback: Feedback = None,
    push_feedback: PushFeedback = False,
    report: Report = False,
    detail: Detail = "checks",
    per_day: PerDay = 0,
    isolation: Isolation = "",
    root: Root = None,
) -> int:
    """Look at every repository of the roster, grade what is new, publish the results."""
    course = find_root((root or Path.cwd()).resolve())
    known = read_roster(roster)
    publishers = publishers_from(os.environ, feedback, push=push_feedback, report=report)
    attempts = attempts_of(course, known)
    with (
        Pushes(course / "reports" / "pushes.sqlite") as pushes,
        PushGrader(course, known, publishers, isolation=isolation, detail=known_detail(detail)) as grader,
    ):
        pushes.reclaim()
        while True:
            silent = 0
            for enrolled in known.values():
                try:
                    commit = remote_commit(enrolled.url, enrolled.branch)
                except SubmissionError as error:
                    silent += 1
                    typer.echo(f"{enrolled.repository}: {error}", err=True)
                    continue
                if commit:
                    bound = per_day or attempts[enrolled.problem_set]
                    pushes.add(enrolled.repository, commit, per_day=bound)
            done = grader.drain(pushes)
            typer.echo(f"{len(known)} repositories, {done} commits graded, {silent} did not answer")
            if every <= 0:
                return 1 if silent else 0
            time.sleep(every * 60)


command = as_command(poll)
