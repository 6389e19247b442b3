"""The web part: a webhook for each platform, health, and a small dashboard that needs a token to name anybody."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from grader.errors import SubmissionError
from grader.serving.forges import MAX_BODY, Ignored, forge_of, genuine, read_push
from grader.serving.pushes import Pushes
from grader.serving.roster import Enrolled

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1c1d21;"
    "background:#fdfdfb}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;"
    "border-bottom:1px solid #d9dbe0}input{font:inherit;padding:.3rem}"
)
BODY_SECONDS = 20.0
WRONG_PER_MINUTE = 20
"""How many wrong tokens are answered in a minute, from everybody together."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Settings:
    """How a server is run: the webhooks' secret, the dashboard's token, and rates.

    ``per_minute`` bounds deliveries of one repository, ``per_day`` graded pushes of one repository; 0 for no bound.
    Where ``per_day`` is 0, ``per_set`` counts, by problem set.
    """

    secret: str = field(repr=False)
    token: str = field(default="", repr=False)
    per_minute: int = 60
    per_day: int = 0
    per_set: Mapping[str, int] = field(default_factory=dict)


def make_app(
    pushes: Pushes, roster: Mapping[str, Enrolled], settings: Settings, *, working: Callable[[], bool] = lambda: True
) -> Starlette:
    """The ASGI application; it runs no student's code and holds no platform's token.

    ``working`` says whether somebody works off the queue; without that it is not in good health.
    """
    server = _Server(pushes, roster, settings, working)
    app = Starlette(
        routes=[
            Route("/hook", server.hook, methods=["POST"]),
            Route("/health", server.health),
            Route("/", server.dashboard, methods=["GET", "POST"]),
        ]
    )
    # a redirect would go to whatever host the message names
    app.router.redirect_slashes = False
    return app


class _Server:
    def __init__(
        self, pushes: Pushes, roster: Mapping[str, Enrolled], settings: Settings, working: Callable[[], bool]
    ) -> None:
        self._pushes = pushes
        self._working = working
        self._roster = roster
        self._settings = settings
        self._times: dict[str, deque[float]] = {}
        self._wrong: deque[float] = deque()
        self._lock = threading.Lock()

    async def hook(self, request: Request) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = await _body(request)
        if body is None:
            return _answer(413, "the message is too long, or did not come to an end")
        forge = forge_of(headers)
        if not forge or not genuine(forge, headers, body, self._settings.secret):
            return _answer(401, "not signed with the secret of this server")
        try:
            push = read_push(forge, headers, body)
        except SubmissionError as error:
            return _answer(400, str(error))
        if isinstance(push, Ignored):
            return _answer(200, push.reason)
        enrolled = self._roster.get(push.repository)
        if enrolled is None:
            return _answer(200, "the repository is not in the roster")
        if push.branch != enrolled.branch:
            return _answer(200, f"only {enrolled.branch} is graded")
        if not self._allowed(push.repository):
            return _answer(429, "too many pushes in a minute")
        with self._lock:
            bound = self._settings.per_day or self._settings.per_set.get(enrolled.problem_set, 0)
            became = self._pushes.add(push.repository, push.commit, delivery=push.delivery, per_day=bound)
        return _answer(202 if became == "queued" else 200, became)

    def _allowed(self, repository: str) -> bool:
        if not self._settings.per_minute:
            return True
        times = self._times.setdefault(repository, deque())
        if _in_last_minute(times) >= self._settings.per_minute:
            return False
        times.append(time.monotonic())
        return True

    async def health(self, request: Request) -> Response:
        del request
        with self._lock:
            counts = self._pushes.counts()
        fine = self._working()
        status = {"status": "ok" if fine else "nobody works off the queue", "pushes": counts}
        return JSONResponse(status, status_code=200 if fine else 503, headers=HEADERS)

    async def dashboard(self, request: Request) -> Response:
        given = ""
        if request.method == "POST":
            form = await _body(request)
            with contextlib.suppress(ValueError):  # too many fields
                pairs = parse_qsl((form or b"").decode("utf-8", "replace"), max_num_fields=8)
                given = dict(pairs).get("token", "")
        token = self._settings.token
        if given and _in_last_minute(self._wrong) >= WRONG_PER_MINUTE:
            return _answer(429, "too many wrong tokens; wait a minute")
        known = bool(token) and hmac.compare_digest(given.encode(), token.encode())
        if given and not known:
            self._wrong.append(time.monotonic())
        with self._lock:
            counts, recent = self._pushes.counts(), self._pushes.recent() if known else []
        rows = "".join(
            f"<tr><td>{escape(one.received)}</td><td>{escape(self._student(one.repository))}</td>"
            f"<td><code>{escape(one.commit[:12])}</code></td><td>{escape(one.state)}</td>"
            f"<td>{escape(one.detail)}</td></tr>"
            for one in recent
        )
        states = "".join(f"<li>{escape(state)}: {count}</li>" for state, count in counts.items()) or "<li>empty</li>"
        table = (
            "<h2>Recent</h2><table><thead><tr><th scope=col>received</th><th scope=col>student</th>"
            f"<th scope=col>commit</th><th scope=col>state</th><th scope=col>detail</th></tr></thead>{rows}</table>"
        )
        login = (
            "<form method=post><label>Token <input name=token type=password autocomplete=off></label> "
            "<button>Show recent grades</button></form>"
        )
        page = (
            "<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content='width=device-width'>"
            f"<title>grader</title><style>{STYLE}</style></head>"
            f"<body><main><h1>grader</h1><h2>Queue</h2><ul>{states}</ul>{table if known else login}"
            "</main></body></html>"
        )
        return HTMLResponse(page, status_code=403 if given and not known else 200, headers=HEADERS)

    def _student(self, repository: str) -> str:
        enrolled = self._roster.get(repository)
        return enrolled.student if enrolled else repository


async def _body(request: Request) -> bytes | None:
    """What was sent; None where it is too long, or does not come to an end in time."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > MAX_BODY:
                    return None
                parts.append(part)
    except (ClientDisconnect, TimeoutError):
        return None
    return b"".join(parts)


def _in_last_minute(times: deque[float]) -> int:
    while times and times[0] < time.monotonic() - 60:
        times.popleft()
    return len(times)


def _answer(status: int, words: str) -> Response:
    return JSONResponse({"result": words}, status_code=status, headers=HEADERS)
