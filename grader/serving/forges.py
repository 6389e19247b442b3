"""Webhooks of GitHub, GitLab, Gitea and Forgejo: is it genuine, and which commit of which repository was pushed."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from grader.errors import SubmissionError

MAX_BODY = 4 << 20
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SIGNED = ("x-forgejo-signature", "x-gitea-signature")


@dataclass(frozen=True)
class Push:
    """One push that is genuine: the repository's full name as the platform says it, the commit, and the delivery."""

    forge: str
    repository: str
    commit: str
    branch: str
    delivery: str


@dataclass(frozen=True)
class Ignored:
    """A genuine message that asks for nothing, and why."""

    reason: str


def forge_of(headers: Mapping[str, str]) -> str:
    """Which platform sent a message; header names in lower case; empty when it is none of ours."""
    for header, name in (
        ("x-forgejo-event", "forgejo"),
        ("x-gitea-event", "gitea"),
        ("x-gitlab-event", "gitlab"),
        ("x-github-event", "github"),
    ):
        if header in headers:
            return name
    return ""


def genuine(forge: str, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """Whether a message was signed with our secret; compared in constant time, on the raw body.

    GitHub signs in ``X-Hub-Signature-256`` (``sha256=`` before the digest), Forgejo and Gitea in a header of their own
    with the bare digest, of which only the first present counts; GitLab sends the secret itself.
    """
    if not secret:
        return False
    if forge == "gitlab":
        return hmac.compare_digest(headers.get("x-gitlab-token", "").encode(), secret.encode())
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if forge == "github":
        return hmac.compare_digest(headers.get("x-hub-signature-256", "").encode(), f"sha256={digest}".encode())
    if forge in ("forgejo", "gitea"):
        given = next((headers[name] for name in _SIGNED if name in headers), "")
        return hmac.compare_digest(given.encode(), digest.encode())
    return False


def read_push(forge: str, headers: Mapping[str, str], body: bytes) -> Push | Ignored:
    """What a genuine message says.

    Raises:
        SubmissionError: when it is not as the platform documents it.
    """
    event = headers.get(f"x-{forge}-event", "")
    delivery = _delivery(forge, headers, body)
    if event.lower() not in ("push", "push hook"):
        return Ignored(f"event {event[:40]!r} asks for nothing")
    try:
        content = json.loads(_json(body))
        if forge == "gitlab":
            repository, commit = content["project"]["path_with_namespace"], content["checkout_sha"] or ""
        else:
            repository, commit = content["repository"]["full_name"], content["after"]
        reference = content["ref"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SubmissionError(f"a push of {forge} without {error}") from error
    if not all(isinstance(part, str) for part in (repository, commit, reference)):
        raise SubmissionError(f"a push of {forge} with parts that are no text")
    if not reference.startswith("refs/heads/"):
        return Ignored("not a branch")
    if not commit.strip("0"):
        return Ignored("the branch was deleted")
    if not COMMIT.fullmatch(commit):
        raise SubmissionError("the commit is no object name")
    if len(repository) > 300 or len(reference) > 300:
        raise SubmissionError("a name of more than 300 characters")
    return Push(forge, repository, commit, reference.removeprefix("refs/heads/"), delivery)


def _json(body: bytes) -> bytes:
    """The message itself; GitHub and Gitea send it as a field of a form where the webhook was set up so."""
    if not body.startswith(b"payload="):
        return body
    # a byte that is no UTF-8 comes back as it was, for the reader of JSON to refuse
    fields = parse_qs(body.decode("ascii", "replace"), max_num_fields=8, errors="surrogateescape")
    return fields.get("payload", [""])[0].encode("utf-8", "surrogateescape")


def _delivery(forge: str, headers: Mapping[str, str], body: bytes) -> str:
    # GitLab's webhook-uuid names the webhook, not what it delivers
    names = {"gitlab": ("x-gitlab-event-uuid", "idempotency-key")}.get(
        forge, ("x-forgejo-delivery", "x-gitea-delivery", "x-github-delivery")
    )
    given = next((headers[name] for name in names if headers.get(name)), "")
    return given[:100] or hashlib.sha256(body).hexdigest()
