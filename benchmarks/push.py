"""Measures the time from a push to the grade published on the commit: a real git server, the real service.

    python benchmarks/push.py [--set ps08] [--pushes 200] [--minutes 30] [--isolation L2] [--out FILE.json]

Each push changes a sample student's notebook, goes to `git daemon` on the loopback address, and is told to `grader
serve` by a signed webhook as GitHub sends it; the clock runs from `git push` until the commit's status arrives at a
stand-in for the platform. The first push of all also starts the service's worker and is told apart, and so are pushes
of notebooks with a cell that reaches its limit of time: those take as long as the limit says. Students take turns; no
more is pushed once the minutes are over, and how many there were is part of the output, as is the load before and
after. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from grader.recording.ledger import Ledger

ROOT = Path(__file__).resolve().parents[1]
SECRET = "benchmark"  # noqa: S105 - of a service that lives for the measurement
PATIENCE = 300.0
IDENTITY = ("-c", "user.name=student", "-c", "user.email=student@localhost", "-c", "protocol.file.allow=always")


class Platform:
    """Takes commit statuses, and the moment at which each came."""

    def __init__(self) -> None:
        self.arrived: dict[str, tuple[float, str]] = {}
        self.came = threading.Condition()
        kept = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                moment = time.monotonic()
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with kept.came:
                    kept.arrived[self.path.rsplit("/", 1)[1]] = (moment, body["description"])
                    kept.came.notify_all()
                self.send_response(201)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def wait(self, commit: str) -> tuple[float, str]:
        """When the status of a commit came, and what it said."""
        with self.came:
            if not self.came.wait_for(lambda: commit in self.arrived, PATIENCE):
                raise SystemExit(f"no status for {commit} after {PATIENCE:g} s")
            return self.arrived[commit]


class Taken(NamedTuple):
    """The seconds from ``git push``, and from the webhook, to the status; and whether a cell reached a limit."""

    since_push: float
    since_webhook: float
    limited: bool


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder, without anybody's configuration."""
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", *IDENTITY, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@contextmanager
def git_server(folder: Path) -> Iterator[int]:
    """A `git daemon` for the repositories in a folder; its port."""
    port = free_port()
    daemon = subprocess.Popen(
        ["git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={port}", "--export-all",
         "--enable=receive-pack", f"--base-path={folder}", str(folder)],
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield port
    finally:
        daemon.terminate()
        daemon.wait()


@contextmanager
def service(course: Path, roster: Path, base: str, isolation: str) -> Iterator[str]:
    """`grader serve` for a course; the address of its webhook."""
    port = free_port()
    environment = {
        **os.environ,
        "GRADER_WEBHOOK_SECRET": SECRET,
        "GRADER_STATUS_TOKEN": "token",
        "GRADER_API": base,
    }
    command = [sys.executable, "-m", "grader", "serve", "--roster", str(roster), "--port", str(port)]
    more = ["--isolation", isolation] if isolation else []
    process = subprocess.Popen([*command, *more], cwd=course, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/health")
        yield f"http://127.0.0.1:{port}/hook"
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(address: str) -> None:
    """Wait until a service answers."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{address} does not answer")


def hook(address: str, repository: str, commit: str) -> None:
    """Tell the service about a push, as GitHub does."""
    content = {"ref": "refs/heads/main", "after": commit, "repository": {"full_name": repository}}
    body = json.dumps(content).encode()
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-GitHub-Event": "push", "X-GitHub-Delivery": commit, "X-Hub-Signature-256": f"sha256={digest}"}
    with urllib.request.urlopen(urllib.request.Request(address, body, headers)):  # noqa: S310 - loopback
        return


def change(notebook: Path, number: int) -> None:
    """Make a notebook another one, without another grade."""
    content = json.loads(notebook.read_text(encoding="utf-8"))
    blank: dict[str, object] = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    content["cells"].append({**blank, "id": f"push-{number}", "source": f"# push {number}"})
    notebook.write_text(json.dumps(content), encoding="utf-8")


def _is_whole(notebook: Path) -> bool:
    try:
        return "cells" in json.loads(notebook.read_text(encoding="utf-8"))
    except ValueError:
        return False


def reaches_limits(course: Path, name: str, student: str) -> bool:
    """Whether a cell of the student's last graded notebook reached a limit, as its record says."""
    with Ledger(course / "reports" / name / "ledger.sqlite") as ledger:
        result = next(iter(ledger.newest([student])), None)
    return result is not None and any(cell.limit for cell in result.cells)


def quantile(values: list[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 100) * len(ordered) // 100) - 1))]


def told(taken: list[Taken]) -> dict[str, object]:
    """The times of some pushes."""
    if not taken:
        return {"pushes": 0}
    whole, after = [one.since_push for one in taken], [one.since_webhook for one in taken]
    return {
        "pushes": len(taken),
        "median_seconds": round(statistics.median(whole), 3),
        "p95_seconds": round(quantile(whole, 0.95), 3),
        "most_seconds": round(max(whole), 3),
        "median_seconds_after_the_webhook": round(statistics.median(after), 3),
        "p95_seconds_after_the_webhook": round(quantile(after, 0.95), 3),
    }


def measure(name: str, pushes: int, isolation: str, seconds: float) -> dict[str, object]:
    """Push, and take the times."""
    sources = sorted(path for path in (ROOT / "submissions" / name).glob(f"*/{name}.ipynb") if _is_whole(path))
    if not sources:
        raise SystemExit(f"submissions/{name} holds no sample student whose notebook can be changed")
    with tempfile.TemporaryDirectory(prefix="grader-push-") as scratch:
        place = Path(scratch)
        course = place / "course"
        course.mkdir()
        for part in ("problems", "reference"):
            (course / part).symlink_to(ROOT / part)
        repositories = place / "git"
        repositories.mkdir()
        with git_server(repositories) as port:
            lines = ["student,problem_set,repository,url"]
            for source in sources:
                student = source.parent.name
                git(repositories, "init", "--quiet", "--bare", "-b", "main", f"{student}.git")
                git(repositories / f"{student}.git", "config", "uploadpack.allowAnySHA1InWant", "true")
                git(repositories / f"{student}.git", "config", "uploadpack.allowFilter", "true")
                git(repositories, "clone", "--quiet", f"{student}.git", student)
                git(repositories / student, "checkout", "--quiet", "-B", "main")
                git(repositories / student, "remote", "set-url", "origin", f"git://127.0.0.1:{port}/{student}.git")
                shutil.copy(source, repositories / student / f"{name}.ipynb")
                lines.append(f"{student},{name},course/{student},git://127.0.0.1:{port}/{student}.git")
            roster = place / "roster.csv"
            roster.write_text("\n".join(lines) + "\n", encoding="utf-8")
            stand_in = Platform()
            taken: list[Taken] = []
            limited: dict[str, bool] = {}
            until = time.monotonic() + seconds
            with service(course, roster, stand_in.base, isolation) as address:
                for number in range(pushes + 1):
                    if time.monotonic() > until:
                        break
                    student = sources[number % len(sources)].parent.name
                    tree = repositories / student
                    change(tree / f"{name}.ipynb", number)
                    git(tree, "add", "--all")
                    git(tree, "commit", "--quiet", "-m", f"push {number}")
                    commit = git(tree, "rev-parse", "HEAD")
                    started = time.monotonic()
                    git(tree, "push", "--quiet", "origin", "main")
                    pushed = time.monotonic()
                    hook(address, f"course/{student}", commit)
                    moment, words = stand_in.wait(commit)
                    if student not in limited:
                        limited[student] = reaches_limits(course, name, student)
                    taken.append(Taken(moment - started, moment - pushed, limited[student]))
                    mark = "  (reaches a limit)" if limited[student] else ""
                    print(f"{number:4d} {student} {moment - started:6.2f} s  {words}{mark}", flush=True)
    later = taken[1:]
    return {
        "set": name,
        "isolation": isolation or "the set's own, or better",
        "students": len(sources),
        "first_seconds": round(taken[0].since_push, 3),
        "ordinary": told([one for one in later if not one.limited]),
        "with_a_cell_that_reaches_its_limit": told([one for one in later if one.limited]),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="ps08", dest="name")
    parser.add_argument("--pushes", type=int, default=40)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--isolation", default="")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    before = os.getloadavg()
    found = measure(given.name, given.pushes, given.isolation, 60 * given.minutes)
    found |= {
        "load_before": [round(value, 2) for value in before],
        "load_after": [round(value, 2) for value in os.getloadavg()],
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "date": time.strftime("%Y-%m-%d"),
    }
    text = json.dumps(found, indent=1)
    print(text)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
