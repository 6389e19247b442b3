"""What strangers and students send to the service and put into repositories: refused or ignored, and it goes on."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from starlette.testclient import TestClient

from grader.errors import EnvironmentFault, SubmissionError
from grader.recording.ledger import Ledger
from grader.result import State
from grader.scoring import score_submission
from grader.serving.app import WRONG_PER_MINUTE, Settings, make_app
from grader.serving.fetching import fetch, remote_commit
from grader.serving.grading import MOST_WAIT, PushGrader, expected_files
from grader.serving.publishing import FolderPublisher
from grader.serving.pushes import Pushes
from grader.serving.roster import Enrolled
from tests import hostile_packs
from tests.courses import RIGHT_MEAN, RIGHT_SCALE, make_course, notebook
from tests.pushing import COMMIT, SECRET, GitServer, free_port, git, headers, message

ROSTER = {"course/student-01": Enrolled("student-01", "demo", "course/student-01", "https://git.example/x.git")}
SERVE = """
import sys
from pathlib import Path
from grader.serving import app, listening
from grader.serving.pushes import Pushes
from grader.serving.roster import Enrolled

listening.IDLE_SECONDS = app.BODY_SECONDS = 0.5
roster = {"course/student-01": Enrolled("student-01", "demo", "course/student-01", "https://git.example/x.git")}
with Pushes(Path(sys.argv[1])) as pushes:
    made = app.make_app(pushes, roster, app.Settings("a secret of the course", "token"))
    listening.listen(made, "127.0.0.1", int(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The real service behind uvicorn, in a process of its own; its port and its queue."""
    queue, port = tmp_path_factory.mktemp("queue") / "pushes.sqlite", free_port()
    process = subprocess.Popen([sys.executable, "-c", SERVE, str(queue), str(port)], stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield port, queue
    process.terminate()
    _, error = process.communicate(timeout=30)
    assert "Traceback" not in error, error


def talk(port: int, data: bytes, *, seconds: float = 10.0) -> bytes:
    """What comes back for these bytes until the other side hangs up or says no more."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        try:
            connection.sendall(data)
            while part := connection.recv(65_536):
                answer += part
                head, gap, body = answer.partition(b"\r\n\r\n")
                size = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                if gap and size and len(body) >= int(size[0].partition(b":")[2]):
                    break
        except (ConnectionResetError, BrokenPipeError):
            pass
    return answer


def request(body: bytes, *lines: str, path: str = "/hook", method: str = "POST") -> bytes:
    head = "\r\n".join((f"{method} {path} HTTP/1.1", "Host: x", *lines))
    return head.encode("latin-1") + b"\r\n\r\n" + body


def signed(body: bytes, delivery: str = "1") -> list[str]:
    return [f"{name}: {value}" for name, value in headers("github", body, delivery).items()]


GOOD = message("github")
LONG = "x" * 100_000
STRANGE = {
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200, b"400"),
    "a line that never ends": (b"GET /" + b"a" * 200_000, b"400"),
    "a header of 100 kB": (request(GOOD, f"X-Long: {LONG}"), b"4"),
    "ten thousand headers": (request(GOOD, *(f"X-{n}: 1" for n in range(10_000))), b"4"),
    "a path that leaves": (request(b"", path="/../../../etc/passwd", method="GET"), b"404"),
    "an encoded path that leaves": (request(b"", path="/%2e%2e/%2e%2e/etc/passwd", method="GET"), b"404"),
    "another host's path": (request(b"", path="//evil.example/", method="GET"), b"404"),
    "a slash more is no redirect": (request(b"", path="/health/", method="GET"), b"404"),
    "a whole address": (request(b"", path="http://evil.example/health", method="GET"), b"404"),
    "a path with NUL": (request(b"", path="/%00", method="GET"), b"404"),
    "a method of its own": (request(b"", method="PURGE"), b"405"),
    "a hook by GET": (request(b"", method="GET"), b"405"),
    "TRACE": (request(b"", path="/", method="TRACE"), b"405"),
    "two lengths": (request(GOOD, "Content-Length: 3", f"Content-Length: {len(GOOD)}"), b"400"),
    "a negative length": (request(GOOD, "Content-Length: -1"), b"400"),
    "a length that is no number": (request(GOOD, "Content-Length: 0x10"), b"400"),
    "a length of a petabyte": (request(b" " * (5 << 20), "Content-Length: 1000000000000000"), b"413"),
    "length and chunks": (request(b"0\r\n\r\n", "Content-Length: 5", "Transfer-Encoding: chunked"), b"40"),
    "a chunk of a wrong size": (request(b"zz\r\nabc\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), b"400"),
    "a chunk larger than memory": (
        request(b"ffffffffffffffffff\r\n" + b" " * (5 << 20), "Transfer-Encoding: chunked"), b"4",
    ),
    "an unknown encoding": (request(GOOD, "Transfer-Encoding: gzip"), b"4"),
    "no event": (request(GOOD, f"Content-Length: {len(GOOD)}", signed(GOOD)[2]), b"401"),
    "a signature in another header": (
        request(GOOD, f"Content-Length: {len(GOOD)}", *(one.replace("Hub", "Gitea") for one in signed(GOOD))), b"401",
    ),
    "two signatures": (
        request(GOOD, f"Content-Length: {len(GOOD)}", *signed(GOOD), "X-Hub-Signature-256: sha256=0"), b"401",
    ),
    "the older signature": (
        request(GOOD, f"Content-Length: {len(GOOD)}", "X-GitHub-Event: push", "X-Hub-Signature: sha1=0"), b"401",
    ),
    "bytes beyond ASCII in a signature": (
        request(GOOD, f"Content-Length: {len(GOOD)}", "X-GitHub-Event: push", "X-Hub-Signature-256: sha256=\xff\xe9"),
        b"401",
    ),
    "an empty token of GitLab": (request(GOOD, f"Content-Length: {len(GOOD)}", "X-Gitlab-Event: Push Hook",
                                         "X-Gitlab-Token: "), b"401"),
    "a web socket": (request(b"", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                             "Sec-WebSocket-Key: x", path="/", method="GET"), b"200"),
    "the dashboard's token in the address": (request(b"", path="/?token=token", method="GET"), b"200"),
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGE)
def test_strange_request_is_refused_and_the_service_goes_on(service: tuple[int, Path], name: str):
    port, _ = service
    data, status = STRANGE[name]

    answer = talk(port, data)

    if answer or name != "a line that never ends":
        assert answer.startswith(b"HTTP/1.1 " + status), answer[:200]
    assert b"Traceback" not in answer
    assert b"location:" not in answer.lower()
    assert b"student" not in answer
    assert talk(port, request(b"", path="/health", method="GET")).startswith(b"HTTP/1.1 200")


MESSAGES = {
    "NUL in the repository": ({"repository": {"full_name": "course/\0student-01"}}, "not in the roster"),
    "half a character": ({"repository": {"full_name": "course/\ud800"}}, "not in the roster"),
    "a repository that looks alike": (
        {"repository": {"full_name": "course/student-\uff10\uff11"}},
        "not in the roster",
    ),
    "a repository in other case": ({"repository": {"full_name": "Course/Student-01"}}, "not in the roster"),
    "a path": ({"repository": {"full_name": "../../etc/passwd"}}, "not in the roster"),
    "markup": ({"repository": {"full_name": "<script>alert(1)</script>"}}, "not in the roster"),
    "an option as branch": ({"ref": "refs/heads/--upload-pack=touch x"}, "only main is graded"),
    "a branch that ends alike": ({"ref": "refs/heads/x/refs/heads/main"}, "only main is graded"),
    "a branch with a line end": ({"ref": "refs/heads/main\n"}, "only main is graded"),
    "a branch with a NUL": ({"ref": "refs/heads/main\0"}, "only main is graded"),
    "a pull request": ({"ref": "refs/pull/1/head"}, "not a branch"),
    "an object for a commit": ({"after": {"$ne": ""}}, "parts that are no text"),
    "a list for a repository": ({"repository": ["course/student-01"]}, "a push of github without"),
    "a commit in capitals": ({"after": COMMIT.upper()}, "no object name"),
    "a commit with a line end": ({"after": COMMIT + "\n"}, "no object name"),
    "a commit in other digits": ({"after": "\u0661" * 40}, "no object name"),
    "a short commit": ({"after": COMMIT[:12]}, "no object name"),
    "a name of 10 kB": ({"repository": {"full_name": "x" * 10_000}}, "more than 300 characters"),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_strange_message_that_is_signed_asks_for_nothing(service: tuple[int, Path], name: str):
    port, queue = service
    changes, words = MESSAGES[name]
    body = json.dumps(json.loads(GOOD) | changes).encode()

    answer = talk(port, request(body, f"Content-Length: {len(body)}", *signed(body, name)))

    assert answer.startswith((b"HTTP/1.1 200", b"HTTP/1.1 400"))
    assert words in json.loads(answer.partition(b"\r\n\r\n")[2])["result"]
    with Pushes(queue) as pushes:
        assert pushes.counts() == {}


RAW = {
    "deep lists": b"[" * 200_000 + b"]" * 200_000,
    "deep objects": b'{"a":' * 200_000 + b"1" + b"}" * 200_000,
    "a number of 10,000 digits": b'{"after": ' + b"9" * 10_000 + b"}",
    "no number": b'{"after": NaN, "ref": Infinity, "repository": {"full_name": -Infinity}}',
    "bytes that are no text": b"\xff\xfe\x00\xd8",
    "a form without a message": b"payload=",
    "a form with another field first": b"payload=%7B%7D&payload=%7B",
    "a form of many fields": b"payload=1&" * 1000,
    "a form that is no text": b"payload=%ff%fe",
    "two documents": GOOD + GOOD,
    "nothing": b"",
}


@pytest.mark.parametrize("name", RAW)
def test_signed_bytes_that_are_no_message_are_refused(tmp_path: Path, name: str):
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        web = TestClient(make_app(pushes, ROSTER, Settings(SECRET)))

        answer = web.post("/hook", content=RAW[name], headers=headers("github", RAW[name]))

        assert answer.status_code == 400
        assert pushes.counts() == {}


def test_of_doubled_keys_the_last_counts_as_everywhere(tmp_path: Path):
    body = GOOD.replace(b'{"ref"', b'{"after": "' + b"f" * 40 + b'", "ref"')
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        web = TestClient(make_app(pushes, ROSTER, Settings(SECRET)))

        assert web.post("/hook", content=body, headers=headers("github", body)).status_code == 202
        assert pushes.recent()[0].commit == COMMIT


def test_message_in_a_form_is_read(tmp_path: Path):
    body = b"payload=" + urllib.parse.quote_plus(GOOD).encode()
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        web = TestClient(make_app(pushes, ROSTER, Settings(SECRET)))

        assert web.post("/hook", content=body, headers=headers("github", body)).status_code == 202


def test_message_that_is_sent_again_as_from_another_platform_is_known(tmp_path: Path):
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        web = TestClient(make_app(pushes, ROSTER, Settings(SECRET)))
        words = [
            web.post("/hook", content=GOOD, headers=headers(forge, GOOD, str(number))).json()["result"]
            for number, forge in enumerate(("github", "gitea", "forgejo"))
        ]

        assert words == ["queued", "known", "known"]
        assert pushes.counts() == {"queued": 1}


def test_who_sends_slowly_is_hung_up_on(service: tuple[int, Path]):
    port, _ = service
    opened = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(40)]
    for number, connection in enumerate(opened):
        connection.sendall(b"POST /hook HTTP/1.1\r\nHost: x\r\n" if number % 2 else b"")
    body = socket.create_connection(("127.0.0.1", port), timeout=20)
    body.sendall(request(b"x", "Content-Length: 1000"))

    started = time.monotonic()
    health = talk(port, request(b"", path="/health", method="GET"))
    ended = []
    for connection in opened:
        try:
            ended.append(connection.recv(1))
        except ConnectionResetError:
            ended.append(b"")
        connection.close()
    told = body.recv(65_536)
    body.close()

    assert health.startswith(b"HTTP/1.1 200")
    assert set(ended) == {b""}
    assert told.startswith(b"HTTP/1.1 413")
    assert time.monotonic() - started < 15


def test_tokens_cannot_be_tried_without_end(tmp_path: Path):
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        web = TestClient(make_app(pushes, ROSTER, Settings(SECRET, "token")))
        codes = [web.post("/", data={"token": f"{n}"}).status_code for n in range(WRONG_PER_MINUTE + 1)]

        assert codes == [403] * WRONG_PER_MINUTE + [429]
        assert web.post("/", data={"token": "token"}).status_code == 429
        assert web.get("/").status_code == 200


def test_dashboard_shows_what_was_written_and_obeys_nothing(tmp_path: Path):
    evil = "<img src=x onerror=alert(1)>\"'&`\x1b[31m\u202e"
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        pushes.add(evil, COMMIT)
        leased = pushes.lease()
        assert leased is not None
        pushes.finish(leased.number, "failed", evil)
        page = TestClient(make_app(pushes, ROSTER, Settings(SECRET, "token"))).post("/", data={"token": "token"}).text

    assert "<img" not in page
    assert page.count("&lt;img") == 2


def test_clock_that_is_set_back_leaves_nothing_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    here = time.time()
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        monkeypatch.setattr(time, "time", lambda: here + 365 * 86_400)
        pushes.add("a", "1" * 40)
        pushes.add("b", "2" * 40)
        graded, leased = pushes.lease(), pushes.lease()
        assert graded is not None
        assert leased is not None
        pushes.finish(graded.number, "graded")
        pushes.tell_later(graded.number, after=60, why="x")
        monkeypatch.setattr(time, "time", lambda: here)

        again, untold = pushes.lease(), pushes.untold()

    assert again is not None
    assert untold is not None
    assert (again.number, untold.number) == (leased.number, graded.number)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    found = GitServer(tmp_path_factory.mktemp("git"))
    yield found
    found.process.terminate()
    found.process.wait()


def huge(server: GitServer, name: str, *, bomb: bool, filters: bool) -> str:
    """A repository with a notebook and a file of ten gigabytes; the commit."""
    git(server.folder, "init", "--quiet", "--bare", "-b", "main", f"{name}.git")
    place = server.folder / f"{name}.git"
    git(place, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(place, "config", "uploadpack.allowFilter", str(filters).lower())
    blob = hostile_packs.write_delta_bomb(place) if bomb else hostile_packs.write_zeros(place)
    assert int(git(place, "cat-file", "-s", blob)) == hostile_packs.TEN_GIGABYTES
    (place / "small").write_text(notebook(RIGHT_MEAN))
    small = git(place, "hash-object", "-w", "small")
    rows = f"100644 blob {small}\tdemo.ipynb\n100644 blob {blob}\thelper.py\n"
    made = subprocess.run(
        ["git", "mktree", "--missing"], cwd=place, input=rows, capture_output=True, text=True, check=True
    )
    commit = git(place, "commit-tree", made.stdout.strip(), "-m", "x")
    git(place, "update-ref", "refs/heads/main", commit)
    return commit


class Watched:
    """The most bytes that lie in a folder while something runs."""

    def __init__(self, folder: Path) -> None:
        self.most = 0
        self._folder = folder
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            total = 0
            for folder, _, names in os.walk(self._folder):
                for name in names:
                    with contextlib.suppress(OSError):
                        total += (Path(folder) / name).lstat().st_blocks * 512
            self.most = max(self.most, total)


@pytest.mark.parametrize("bomb", [False, True])
def test_repository_of_ten_gigabytes_costs_nothing(
    server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, bomb: bool
):
    commit = huge(server, f"huge-{bomb}", bomb=bomb, filters=True)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    started = time.monotonic()

    with Watched(tmp_path) as watched:
        found = fetch(server.url(f"huge-{bomb}"), commit, expected_files("demo"))

    assert set(found.files) == {"demo.ipynb"}
    assert found.flags == ("'helper.py' was left out: it is larger than 32 MB",)
    assert watched.most < 4 << 20
    assert time.monotonic() - started < 20
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("bomb", [False, True])
def test_ten_gigabytes_that_cannot_be_left_out_are_given_up_in_time(
    server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, bomb: bool
):
    commit = huge(server, f"whole-{bomb}", bomb=bomb, filters=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    started = time.monotonic()

    with Watched(tmp_path) as watched, pytest.raises(SubmissionError, match="git fetch did not end in 3 seconds"):
        fetch(server.url(f"whole-{bomb}"), commit, expected_files("demo"), seconds=3.0)

    assert watched.most < 32 << 20
    assert time.monotonic() - started < 20
    assert list(tmp_path.iterdir()) == []


def test_branch_whose_name_ends_alike_is_another(server: GitServer):
    tree = server.create("alike")
    commit = server.push(tree)
    git(tree, "commit", "--quiet", "--allow-empty", "-m", "another")
    git(tree, "push", "--quiet", "origin", "HEAD:refs/heads/a/refs/heads/main")

    assert remote_commit(server.url("alike"), "main") == commit


@pytest.mark.parametrize("dated", [0, 4_294_967_295], ids=["1970", "2106"])
def test_dates_of_a_commit_and_of_files_beat_no_deadline(
    server: GitServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dated: int
):
    """J12: what counts is when the push came in."""
    root = make_course(tmp_path / "course")
    settings = root / "problems" / "demo" / "set.toml"
    yesterday = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.time() - 3600))
    settings.write_text(f'{settings.read_text()}\n[late]\ndue = "{yesterday}"\npercent_per_day = 25\n')
    name = f"dated-{dated}"
    tree = server.create(name)
    (tree / "demo.ipynb").write_text(notebook(RIGHT_MEAN, RIGHT_SCALE))
    os.utime(tree / "demo.ipynb", (dated, dated))
    monkeypatch.setenv("GIT_AUTHOR_DATE", f"@{dated} +0000")
    monkeypatch.setenv("GIT_COMMITTER_DATE", f"@{dated} +0000")
    commit = server.push(tree)
    enrolled = Enrolled("student-01", "demo", f"course/{name}", server.url(name))

    with Pushes(tmp_path / "pushes.sqlite") as pushes, PushGrader(root, {enrolled.repository: enrolled}, []) as grader:
        before = time.time()
        pushes.add(enrolled.repository, commit)
        assert grader.drain(pushes) == 1

    assert git(tree, "log", "-1", "--format=%ct") == str(dated)
    with Ledger(root / "reports" / "demo" / "ledger.sqlite") as ledger:
        result = ledger.latest()["student-01"]
        description = ledger.description
    assert description is not None
    assert abs(time.mktime(time.strptime(result.received[:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone - before) < 5
    assert result.state is State.GRADED, result.flags
    score = score_submission(result, late=description.late)
    assert [reason for reason, _ in score.adjustments] == ["1 day late: 25 %"]


def test_remote_that_cannot_be_reached_is_no_fault_of_the_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(EnvironmentFault, match="git fetch failed"):
        fetch("git://127.0.0.1:9/x.git", COMMIT, expected_files("demo"))
    root = make_course(tmp_path / "course")
    enrolled = Enrolled("student-01", "demo", "course/student-01", "git://127.0.0.1:9/x.git")
    feedback = FolderPublisher(tmp_path / "feedback")
    moment = time.time()
    with (
        Pushes(tmp_path / "pushes.sqlite") as pushes,
        PushGrader(root, {enrolled.repository: enrolled}, [feedback]) as grader,
    ):
        pushes.add(enrolled.repository, COMMIT)
        for _ in range(6):
            assert grader.drain(pushes) == 0
            moment += 4000
            monkeypatch.setattr(time, "time", lambda now=moment: now)
        [waiting] = pushes.recent()
        monkeypatch.setattr("grader.serving.grading.seconds_since", lambda _: MOST_WAIT + 1)
        monkeypatch.setattr("grader.serving.grading.RETRY_SECONDS", -1.0)
        assert grader.drain(pushes) == 1
        [given_up] = pushes.recent()

    assert (waiting.state, waiting.tries) == ("leased", 0)
    assert waiting.detail.startswith("not graded yet: git fetch failed")
    assert given_up.state == "failed"
    status = json.loads((tmp_path / "feedback" / "demo" / "student-01.json").read_text())
    assert "fault on our side" in status["summary"]
    with Ledger(root / "reports" / "demo" / "ledger.sqlite") as ledger:
        assert ledger.latest() == {}
