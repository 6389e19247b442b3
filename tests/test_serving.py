"""Pushes are taken in, fetched as data, graded and published; against real git servers and the real HTTP service."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from grader.errors import AuthoringError, EnvironmentFault, SubmissionError
from grader.recording.ledger import Ledger
from grader.scoring import score_submission
from grader.serving.app import Settings, make_app
from grader.serving.fetching import fetch, remote_commit
from grader.serving.forges import Ignored, Push, genuine, read_push
from grader.serving.grading import PushGrader, expected_files
from grader.serving.publishing import FolderPublisher, ForgePublisher, Notice
from grader.serving.pushes import Pushes
from grader.serving.roster import Enrolled, read_roster
from tests.courses import RIGHT_MEAN, RIGHT_SCALE, make_course, notebook

SECRET = "a secret of the course"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
ANY = re.compile(r".*", re.DOTALL)


def sign(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def message(forge: str, repository: str = "course/student-01", commit: str = COMMIT, **more: object) -> bytes:
    if forge == "gitlab":
        project = {"path_with_namespace": repository, "git_http_url": "https://evil.example/x.git"}
        content = {"object_kind": "push", "ref": "refs/heads/main", "checkout_sha": commit, "project": project}
    else:
        content = {"ref": "refs/heads/main", "before": "0" * 40, "after": commit,
                   "repository": {"full_name": repository, "clone_url": "https://evil.example/x.git"}}  # fmt: skip
    return json.dumps({**content, **more}).encode()


def headers(forge: str, body: bytes, delivery: str = "1", secret: str = SECRET) -> dict[str, str]:
    match forge:
        case "github":
            return {"X-GitHub-Event": "push", "X-GitHub-Delivery": delivery,
                    "X-Hub-Signature-256": f"sha256={sign(body, secret)}"}  # fmt: skip
        case "gitlab":
            return {"X-Gitlab-Event": "Push Hook", "X-Gitlab-Token": secret, "X-Gitlab-Event-UUID": delivery}
        case _:
            name = forge.capitalize()
            ours = {"Event": "push", "Delivery": delivery, "Signature": sign(body, secret)}
            return {f"X-{name}-{word}": value for word, value in ours.items()} | {"X-GitHub-Event": "push"}


FORGES = ("github", "gitlab", "gitea", "forgejo")
ROSTER = {"course/student-01": Enrolled("student-01", "demo", "course/student-01", "https://git.example/x.git")}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[tuple[TestClient, Pushes]]:
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        yield TestClient(make_app(pushes, ROSTER, Settings(SECRET, "token", per_minute=5))), pushes


@pytest.mark.parametrize("forge", FORGES)
def test_genuine_push_is_queued_once(client: tuple[TestClient, Pushes], forge: str):
    web, pushes = client
    body = message(forge)

    first = web.post("/hook", content=body, headers=headers(forge, body))
    replay = web.post("/hook", content=body, headers=headers(forge, body))
    again = web.post("/hook", content=body, headers=headers(forge, body, "2"))

    assert (first.status_code, first.json()["result"]) == (202, "queued")
    assert (replay.status_code, replay.json()["result"]) == (200, "replayed")
    assert (again.status_code, again.json()["result"]) == (200, "known")
    assert pushes.counts() == {"queued": 1}


@pytest.mark.parametrize("forge", FORGES)
def test_message_that_is_not_ours_is_refused(client: tuple[TestClient, Pushes], forge: str):
    web, pushes = client
    body = message(forge)
    forged = headers(forge, body, secret="another secret")
    altered = headers(forge, body)

    assert web.post("/hook", content=body, headers=forged).status_code == 401
    assert web.post("/hook", content=body).status_code == 401
    if forge != "gitlab":
        assert web.post("/hook", content=body + b" ", headers=altered).status_code == 401
    assert pushes.counts() == {}


def test_signature_of_one_platform_does_not_serve_for_another():
    body = message("github")

    assert not genuine("github", {"x-gitlab-token": SECRET}, body, SECRET)
    assert not genuine(
        "forgejo", {"x-gitea-signature": "", "x-hub-signature-256": f"sha256={sign(body)}"}, body, SECRET
    )
    assert not genuine("github", {"x-hub-signature-256": f"sha256={sign(body, '')}"}, body, "")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"after": "0" * 40}, "the branch was deleted"),
        ({"ref": "refs/tags/v1"}, "not a branch"),
        ({"ref": "refs/heads/other"}, "only main is graded"),
        ({"repository": "somebody/else"}, "not in the roster"),
    ],
)
def test_push_that_asks_for_nothing_is_acknowledged(client: tuple[TestClient, Pushes], changes: dict, words: str):
    web, pushes = client
    body = message("github", **changes)

    answer = web.post("/hook", content=body, headers=headers("github", body))

    assert answer.status_code == 200
    assert words in answer.json()["result"]
    assert pushes.counts() == {}


@pytest.mark.parametrize(
    "changes",
    [{"after": "--upload-pack=touch x"}, {"after": "../../x"}, {"after": 3}, {"repository": None}, {"ref": None}],
)
def test_hostile_push_is_refused(client: tuple[TestClient, Pushes], changes: dict):
    web, pushes = client
    body = message("github", **changes)

    assert web.post("/hook", content=body, headers=headers("github", body)).status_code == 400
    assert pushes.counts() == {}


def test_long_and_broken_messages_are_refused(client: tuple[TestClient, Pushes]):
    web, _ = client

    assert web.post("/hook", content=b" " * (5 << 20)).status_code == 413
    for body in (b"{", b"[]", b"null", b"[" * 100_000):
        assert web.post("/hook", content=body, headers=headers("github", body)).status_code == 400


def test_too_many_pushes_in_a_minute_are_held_off(client: tuple[TestClient, Pushes]):
    web, _ = client
    codes = []
    for number in range(7):
        body = message("github", commit=f"{number:040x}".replace("0" * 39, "a" * 39))
        codes.append(web.post("/hook", content=body, headers=headers("github", body, str(number))).status_code)

    assert codes == [202] * 5 + [429] * 2


def test_dashboard_names_nobody_without_the_token(client: tuple[TestClient, Pushes]):
    web, pushes = client
    pushes.add("course/student-01", COMMIT)

    closed, wrong, opened = web.get("/"), web.post("/", data={"token": "x"}), web.post("/", data={"token": "token"})

    assert "student-01" not in closed.text + wrong.text
    assert (closed.status_code, wrong.status_code, opened.status_code) == (200, 403, 200)
    assert "student-01" in opened.text
    assert "default-src 'none'" in opened.headers["Content-Security-Policy"]
    assert web.get("/health").json() == {"status": "ok", "pushes": {"queued": 1}}


def test_newest_commit_wins_and_days_are_bounded(tmp_path: Path):
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        states = [pushes.add("a", f"{number}" * 40, per_day=3) for number in range(1, 6)]

        assert states == ["queued", "queued", "queued", "limited", "limited"]
        assert pushes.counts() == {"limited": 2, "queued": 1, "superseded": 2}
        leased = pushes.lease()
        assert leased is not None
        assert leased.commit == "3" * 40
        assert pushes.lease() is None


def test_silent_worker_loses_its_lease_and_a_poisonous_push_is_given_up(tmp_path: Path):
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        pushes.add("a", COMMIT)
        tries = []
        while (leased := pushes.lease(seconds=-1)) is not None:
            tries.append(leased.tries)

        assert tries == [1, 2, 3]
        assert pushes.counts() == {"failed": 1}


def test_burst_with_kills_in_between_loses_nothing(tmp_path: Path):
    script = (
        "import sys; from pathlib import Path; from grader.serving.pushes import Pushes\n"
        "start = int(sys.argv[2])\n"
        "with Pushes(Path(sys.argv[1])) as pushes:\n"
        "    for n in range(start, start + 250):\n"
        "        pushes.add(f'course/{n}', f'{n:040x}', delivery=str(n)); print(n, flush=True)\n"
    )
    acknowledged: set[int] = set()
    path = tmp_path / "pushes.sqlite"
    for start in (0, 250, 500, 750):
        done = False
        while not done:
            process = subprocess.Popen(
                [sys.executable, "-c", script, str(path), str(start)], stdout=subprocess.PIPE, text=True
            )
            assert process.stdout is not None
            killed = start == 250 and not any(250 <= n < 500 for n in acknowledged)
            for line in process.stdout:
                acknowledged.add(int(line))
                if killed and int(line) >= 300:
                    process.send_signal(signal.SIGKILL)
                    break
            process.stdout.close()
            done = process.wait() == 0

    with sqlite3.connect(path) as connection:
        kept = {int(name.split("/")[1]) for (name,) in connection.execute("select repository from push")}
    assert acknowledged == kept == set(range(1000))


def git(folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_AUTHOR_NAME": "s", "GIT_AUTHOR_EMAIL": "s@x",
                   "GIT_COMMITTER_NAME": "s", "GIT_COMMITTER_EMAIL": "s@x"}  # fmt: skip
    done = subprocess.run(
        ["git", "-c", "protocol.file.allow=always", *arguments],
        cwd=folder, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()


class GitServer:
    """A real ``git daemon`` on the loopback address, and a work tree for each repository."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = subprocess.Popen(
            ["git", "daemon", "--reuseaddr", "--listen=127.0.0.1", f"--port={self.port}", "--export-all",
             "--enable=receive-pack", f"--base-path={folder}", str(folder)],
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)

    def url(self, name: str) -> str:
        return f"git://127.0.0.1:{self.port}/{name}.git"

    def create(self, name: str) -> Path:
        git(self.folder, "init", "--quiet", "--bare", "-b", "main", f"{name}.git")
        git(self.folder / f"{name}.git", "config", "uploadpack.allowAnySHA1InWant", "true")
        git(self.folder / f"{name}.git", "config", "uploadpack.allowFilter", "true")
        git(self.folder, "clone", "--quiet", f"{name}.git", f"{name}-work")
        tree = self.folder / f"{name}-work"
        git(tree, "checkout", "--quiet", "-B", "main")
        git(tree, "remote", "set-url", "origin", self.url(name))
        return tree

    def push(self, tree: Path) -> str:
        git(tree, "add", "--all", "--force")
        git(tree, "commit", "--quiet", "--allow-empty", "-m", "hand in")
        git(tree, "push", "--quiet", "origin", "main")
        return git(tree, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitServer]:
    found = GitServer(tmp_path_factory.mktemp("git"))
    yield found
    found.process.terminate()
    found.process.wait()


def test_commit_is_fetched_as_data_and_nothing_in_it_is_obeyed(server: GitServer, tmp_path: Path):
    tree = server.create("hostile")
    owned = tmp_path / "owned"
    (tree / "demo.ipynb").write_text(notebook(RIGHT_MEAN))
    (tree / "helper.py").write_text("x = 1")
    (tree / "conftest.py").write_text(f"open({str(owned)!r}, 'w')")
    (tree / ".github").mkdir()
    (tree / ".github" / "workflow.yml").write_text("on: push")
    (tree / ".gitattributes").write_text("* filter=evil\n*.ipynb export-ignore\n")
    (tree / ".gitmodules").write_text('[submodule "x"]\n path = x\n url = ext::sh -c touch% owned\n')
    (tree / "link.py").symlink_to("/etc/passwd")
    (tree / "lfs.csv").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    (tree / "--upload-pack=x.py").write_text("x")
    commit = server.push(tree)

    found = fetch(server.url("hostile"), commit, expected_files("demo"))

    assert set(found.files) == {"demo.ipynb", "helper.py", "conftest.py"}
    assert set(found.flags) == {
        "'link.py' was left out: it is a symbolic link",
        "'lfs.csv' was left out: it is a Git LFS pointer, not the file",
    }
    assert not owned.exists()


@pytest.mark.parametrize(
    ("commit", "words"),
    [("--upload-pack=touch", "no object name"), ("f" * 40, "git fetch failed"), ("HEAD", "no object name")],
)
def test_commit_that_cannot_be_had_is_named(server: GitServer, commit: str, words: str):
    if not (server.folder / "plain.git").exists():
        server.push(server.create("plain"))

    with pytest.raises(SubmissionError, match=words):
        fetch(server.url("plain"), commit, ANY)


def test_url_that_is_an_option_does_nothing(tmp_path: Path):
    with pytest.raises(SubmissionError, match="git ls-remote failed"):
        remote_commit(f"--upload-pack=touch {tmp_path}/owned", "main")
    with pytest.raises(SubmissionError):
        fetch(f"ext::sh -c touch% {tmp_path}/owned", COMMIT, ANY)
    assert not (tmp_path / "owned").exists()


def test_head_of_a_branch_is_asked_for(server: GitServer):
    commit = server.push(server.create("polled"))

    assert remote_commit(server.url("polled"), "main") == commit
    assert remote_commit(server.url("polled"), "nothing") == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("student,problem_set,repository,url\na,demo,x,\n", r"roster.csv:2: url is missing"),
        ("student,problem_set,repository,url\na,demo,x,ext::sh\n", r"roster.csv:2: a URL .* was expected"),
        (
            "student,problem_set,repository,url\na,demo,x,https://x\nb,demo,x,https://x\n",
            r":3: 'x' or 'b' is there twice",
        ),
    ],
)
def test_roster_with_a_wrong_line_is_refused(tmp_path: Path, text: str, words: str):
    (tmp_path / "roster.csv").write_text(text)

    with pytest.raises(AuthoringError, match=words):
        read_roster(tmp_path / "roster.csv")


class FakeForge:
    """The status API of a platform, as far as it is documented, on the loopback address."""

    def __init__(self) -> None:
        self.statuses: list[tuple[str, dict[str, str], str]] = []
        forge = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""
                forge.statuses.append((self.path, body, token))
                self.send_response(201)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def forge() -> Iterator[FakeForge]:
    found = FakeForge()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_statuses_are_as_each_platform_takes_them(forge: FakeForge):
    enrolled = ROSTER["course/student-01"]
    notice = Notice(enrolled, COMMIT, "failure", "x" * 300)

    ForgePublisher("github", forge.base, "t").publish(notice)
    ForgePublisher("gitlab", forge.base, "t").publish(notice)

    (path, body, token), (other_path, other, other_token) = forge.statuses
    assert (path, body["state"], len(body["description"]), token) == (
        f"/repos/course/student-01/statuses/{COMMIT}", "failure", 140, "token t",
    )  # fmt: skip
    assert (other_path, other["state"], other_token) == (
        f"/projects/course%2Fstudent-01/statuses/{COMMIT}", "failed", "t",
    )  # fmt: skip
    assert "secret" not in repr(ForgePublisher("github", forge.base, "secret"))
    with pytest.raises(EnvironmentFault, match="cannot be reached"):
        ForgePublisher("github", "http://127.0.0.1:9", "t").publish(notice)


def test_push_leads_to_a_graded_report_and_a_status(server: GitServer, forge: FakeForge, tmp_path: Path):
    root = make_course(tmp_path / "course")
    tree = server.create("student-01")
    roster = tmp_path / "roster.csv"
    roster.write_text(
        f"student,problem_set,repository,url\nstudent-01,demo,course/student-01,{server.url('student-01')}\n"
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = subprocess.Popen(
        [sys.executable, "-m", "grader", "serve", "--roster", str(roster), "--port", str(port), "--feedback",
         str(tmp_path / "feedback")],
        cwd=root,
        env={**os.environ, "GRADER_WEBHOOK_SECRET": SECRET, "GRADER_STATUS_TOKEN": "t", "GRADER_API": forge.base},
    )  # fmt: skip
    try:
        (tree / "demo.ipynb").write_text(notebook(RIGHT_MEAN, RIGHT_SCALE))
        commit = server.push(tree)
        body = message("github", commit=commit)
        assert post(f"http://127.0.0.1:{port}/hook", body, headers("github", body)) == 202
        deadline = time.monotonic() + 120
        while not forge.statuses and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        service.terminate()
        service.wait(timeout=30)

    (path, status, _), *more = forge.statuses
    assert path == f"/repos/course/student-01/statuses/{commit}"
    assert (status["state"], status["description"], more) == ("success", "5 of 5 points", [])
    assert "student-01" in (tmp_path / "feedback" / "demo" / "student-01.html").read_text()
    with Ledger(root / "reports" / "demo" / "ledger.sqlite") as ledger:
        result = ledger.latest()["student-01"]
    assert score_submission(result).total == 5
    assert result.received


def post(url: str, body: bytes, given: dict[str, str]) -> int:
    for _ in range(300):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, given)) as answer:  # noqa: S310 - loopback
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    return 0


def test_commit_without_a_notebook_is_told_and_not_scored(server: GitServer, tmp_path: Path):
    root = make_course(tmp_path / "course")
    tree = server.create("student-02")
    (tree / "readme.md").write_text("later")
    commit = server.push(tree)
    enrolled = Enrolled("student-02", "demo", "course/student-02", server.url("student-02"))
    feedback = FolderPublisher(tmp_path / "feedback")

    with Pushes(tmp_path / "pushes.sqlite") as pushes, \
            PushGrader(root, {enrolled.repository: enrolled}, [feedback]) as grader:  # fmt: skip
        pushes.add(enrolled.repository, commit)
        leased = pushes.lease()
        assert leased is not None
        grader.handle(pushes, leased)
        assert pushes.counts() == {"graded": 1}

    status = json.loads((tmp_path / "feedback" / "demo" / "student-02.json").read_text())
    assert status["state"] == "error"
    assert "no notebook demo.ipynb in it; found: readme.md" in status["summary"]


def test_recorded_shapes_of_each_platform_are_read():
    for name in FORGES:
        body = message(name)
        lowered = {key.lower(): value for key, value in headers(name, body, "7").items()}
        assert read_push(name, lowered, body) == Push(name, "course/student-01", COMMIT, "main", "7")
    assert isinstance(read_push("github", {"x-github-event": "ping"}, b"{}"), Ignored)
