"""Puts the report on a commit where the platform has a place for it: a check run, a note, or a comment."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from grader.errors import EnvironmentFault
from grader.serving.forge_api import ForgeApi
from grader.serving.notices import Annotation, Notice
from grader.serving.publishing import CONTEXT, Publisher, StatusPublisher

BATCH = 50
"""How many annotations GitHub takes in one request."""

PAGES = 20
PER_PAGE = 50
TITLE = "Feedback of grader"
_CONCLUSIONS = {"success": "success", "failure": "failure", "error": "action_required"}


def publishers_for(api: ForgeApi, *, report: bool) -> list[Publisher]:
    """What tells a platform: the status alone, or the report too where the platform has a place for it.

    A check run of GitHub shows as a status does, so there it takes its place; it needs the token of a GitHub App.
    """
    if not report:
        return [StatusPublisher(api)]
    match api.forge:
        case "github":
            return [CheckRunPublisher(api)]
        case "gitlab":
            return [StatusPublisher(api), NotePublisher(api)]
        case _:
            return [StatusPublisher(api), CommentPublisher(api)]


@dataclass(frozen=True)
class CheckRunPublisher:
    """A check run of GitHub with an annotation for each check that does not pass, in batches of `BATCH`."""

    api: ForgeApi

    def publish(self, notice: Notice) -> None:
        """Make the check run, unless this very one is there already; one that was left half is made anew."""
        runs = f"/repos/{quote(notice.enrolled.repository)}/check-runs"
        name = digest_of(notice)
        there = self.api.send(
            "GET", f"/repos/{quote(notice.enrolled.repository)}/commits/{notice.commit}/check-runs?check_name={CONTEXT}"
        )
        known = there.get("check_runs", []) if isinstance(there, dict) else []
        if any(run.get("external_id") == name and run.get("status") == "completed" for run in known):
            return
        batches = [notice.annotations[at : at + BATCH] for at in range(0, len(notice.annotations), BATCH)] or [()]
        address, method = runs, "POST"
        for number, batch in enumerate(batches, 1):
            body: dict[str, Any] = {"output": self._output(notice, batch)}
            if number == 1:
                body |= {"name": CONTEXT, "head_sha": notice.commit, "external_id": name, "status": "in_progress"}
                body |= {"details_url": notice.link} if notice.link else {}
            if number == len(batches):
                body |= self._end(notice)
            made = self.api.send(method, address, body)
            if number == 1 and len(batches) > 1:
                if not isinstance(made, dict) or not isinstance(made.get("id"), int):
                    raise EnvironmentFault("github did not say which check run it made")
                address, method = f"{runs}/{made['id']}", "PATCH"

    @staticmethod
    def _end(notice: Notice) -> dict[str, str]:
        if notice.state == "pending":
            return {"status": "queued"}
        return {"status": "completed", "conclusion": _CONCLUSIONS.get(notice.state, "neutral")}

    @staticmethod
    def _output(notice: Notice, batch: Sequence[Annotation]) -> dict[str, Any]:
        annotations = [
            {
                "path": one.path,
                "start_line": one.line,
                "end_line": one.line,
                "annotation_level": "failure" if one.failed else "notice",
                "title": one.title[:255],
                "message": one.message,
            }
            for one in batch
        ]
        text = notice.text or notice.summary
        return {"title": notice.summary[:140], "summary": text, "annotations": annotations}


@dataclass(frozen=True)
class NotePublisher:
    """A note on a commit in GitLab."""

    api: ForgeApi

    def publish(self, notice: Notice) -> None:
        """Leave the note, unless the very same one is there already."""
        project = quote(notice.enrolled.repository, safe="")
        address = f"/projects/{project}/repository/commits/{notice.commit}/comments"
        words = with_mark(notice)
        for page in range(1, PAGES + 1):
            there = self.api.send("GET", f"{address}?per_page={PER_PAGE}&page={page}")
            notes = there if isinstance(there, list) else []
            if any(str(one.get("note", "")).startswith(mark_of(notice)) for one in notes if isinstance(one, dict)):
                return
            if len(notes) < PER_PAGE:
                break
        self.api.send("POST", address, {"note": words})


@dataclass(frozen=True)
class CommentPublisher:
    """A comment in an issue of the repository, on Gitea and Forgejo, which have no notes on commits."""

    api: ForgeApi

    def publish(self, notice: Notice) -> None:
        """Leave a comment in our own issue, or change the one that is there about this commit."""
        base = f"/repos/{quote(notice.enrolled.repository)}"
        number = self._issue(base)
        mark = f"<!-- grader {notice.commit} "
        body = {"body": with_mark(notice)}
        comments = self.api.send("GET", f"{base}/issues/{number}/comments")
        for one in comments if isinstance(comments, list) else []:
            if isinstance(one, dict) and str(one.get("body", "")).startswith(mark) and isinstance(one.get("id"), int):
                if one["body"] != body["body"]:
                    self.api.send("PATCH", f"{base}/issues/comments/{one['id']}", body)
                return
        self.api.send("POST", f"{base}/issues/{number}/comments", body)

    def _issue(self, base: str) -> int:
        """The number of the issue that we keep for this; one that a student opened under its title is not ours."""
        me = self.api.send("GET", "/user")
        login = me.get("login") if isinstance(me, dict) else None
        for page in range(1, PAGES + 1):
            there = self.api.send("GET", f"{base}/issues?state=all&type=issues&limit={PER_PAGE}&page={page}")
            issues = [one for one in there if isinstance(one, dict)] if isinstance(there, list) else []
            for one in issues:
                ours = one.get("title") == TITLE and login and (one.get("user") or {}).get("login") == login
                if ours and isinstance(one.get("number"), int):
                    return int(one["number"])
            if len(issues) < PER_PAGE:
                break
        made = self.api.send("POST", f"{base}/issues", {"title": TITLE, "body": "What came of each commit."})
        if not isinstance(made, dict) or not isinstance(made.get("number"), int):
            raise EnvironmentFault(f"{self.api.forge} did not say which issue it opened")
        return int(made["number"])


def digest_of(notice: Notice) -> str:
    """A name for what is published, so that publishing it again can be told from publishing something else."""
    parts = [notice.commit, notice.state, notice.summary, notice.text, repr(notice.annotations)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def mark_of(notice: Notice) -> str:
    """An invisible first line that names commit and content."""
    return f"<!-- grader {notice.commit} {digest_of(notice)} -->"


def with_mark(notice: Notice) -> str:
    """The text of a note or comment."""
    link = f"\n\n[The report]({notice.link})" if notice.link else ""
    return f"{mark_of(notice)}\n{notice.text or notice.summary}{link}"
