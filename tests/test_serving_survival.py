"""Killed at any moment, the service loses no push and doubles no grade; real git, real HTTP, kill -9."""

from __future__ import annotations

import os
import random
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.courses import RIGHT_MEAN, RIGHT_SCALE, make_course, notebook
from tests.pushing import SECRET, GitServer, free_port, headers, message, post

STUDENTS = 4
PUSHES = 3
KILLS = 2
"""One more and a push whose worker was killed each time would be given up, and told to be a fault of ours."""


class Statuses:
    """A platform that counts how often each commit's status was set, and to what."""

    def __init__(self) -> None:
        self.told: dict[str, list[str]] = {}
        kept = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                kept.told.setdefault(self.path.rsplit("/", 1)[1], []).append(body)
                self.send_response(201)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GitServer]:
    (tmp_path / "git").mkdir()
    found = GitServer(tmp_path / "git")
    yield found
    found.process.terminate()
    found.process.wait()


@pytest.fixture
def statuses() -> Iterator[Statuses]:
    found = Statuses()
    yield found
    found.close()


def states(queue: Path) -> dict[str, str]:
    """The state of each commit in the queue; with a question mark where it is graded and not told yet."""
    asked = "select commit_name, state || case when state = 'graded' and published = 0 then '?' else '' end from push"
    with sqlite3.connect(queue) as connection:
        return dict(connection.execute(asked))


def test_killed_service_goes_on_and_every_newest_commit_is_graded_once(
    server: GitServer, statuses: Statuses, tmp_path: Path
):
    root = make_course(tmp_path / "course")
    names = [f"student-{number:02d}" for number in range(1, STUDENTS + 1)]
    trees = {name: server.create(name) for name in names}
    rows = [f"{name},demo,course/{name},{server.url(name)}" for name in names]
    (tmp_path / "roster.csv").write_text("student,problem_set,repository,url\n" + "\n".join(rows) + "\n")
    queue, newest, everything = root / "reports" / "pushes.sqlite", {}, []
    port = free_port()
    command = [sys.executable, "-m", "grader", "serve", "--roster", str(tmp_path / "roster.csv"), "--port", str(port)]
    environment = {**os.environ, "GRADER_WEBHOOK_SECRET": SECRET, "GRADER_STATUS_TOKEN": "t",
                   "GRADER_API": f"http://127.0.0.1:{statuses.server.server_port}"}  # fmt: skip
    chance = random.Random(7)
    service = subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.DEVNULL)
    try:
        kills = sorted(chance.sample(range(1, STUDENTS * PUSHES), KILLS))
        for number in range(STUDENTS * PUSHES):
            name = names[number % STUDENTS]
            (trees[name] / "demo.ipynb").write_text(notebook(RIGHT_MEAN, RIGHT_SCALE, f"# push {number}"))
            newest[name] = server.push(trees[name])
            everything.append(newest[name])
            body = message("github", f"course/{name}", newest[name])
            while post(f"http://127.0.0.1:{port}/hook", body, headers("github", body, str(number))) not in (200, 202):
                time.sleep(0.1)
            if number in kills:
                time.sleep(chance.uniform(0.0, 3.0))
                service.kill()
                service.wait()
                service = subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 180
        while set(states(queue).values()) - {"graded", "superseded"} and time.monotonic() < until:
            time.sleep(0.2)
    finally:
        service.kill()
        service.wait()

    found = states(queue)
    assert set(found) == set(everything)
    assert {name: found[commit] for name, commit in newest.items()} == dict.fromkeys(names, "graded")
    assert all(commit in statuses.told for commit in newest.values())
    assert all('"5 of 5 points"' in body for bodies in statuses.told.values() for body in bodies)
    with sqlite3.connect(root / "reports" / "demo" / "ledger.sqlite") as connection:
        graded = connection.execute("select student, key, count(*) from result group by student, key").fetchall()
    assert {student for student, _, _ in graded} == set(names)
    assert {count for _, _, count in graded} == {1}
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
