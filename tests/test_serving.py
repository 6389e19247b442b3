"""Pushes are taken in, fetched as data, graded and published; against real git servers and the real HTTP service."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from grader.errors import AuthoringError, EnvironmentFault, SubmissionError
from grader.recording.ledger import Ledger
from grader.result import AnswerRecord, CheckResult, Outcome, ProblemResult, SetDescription, State, SubmissionResult
from grader.scoring import score_submission
from grader.serving.app import Settings, make_app
from grader.serving.fetching import MAX_BLOB, fetch, remote_commit
from grader.serving.forge_api import ForgeApi
from grader.serving.forges import Ignored, Push, genuine, read_push
from grader.serving.grading import PushGrader, expected_files
from grader.serving.notices import Annotation, Notice, annotations_of, known_detail, summary_of, text_of
from grader.serving.publishing import FolderPublisher, RepositoryPublisher, StatusPublisher
from grader.serving.pushes import Pushes
from grader.serving.reporting import TITLE, publishers_for
from grader.serving.roster import Enrolled, read_roster
from tests.courses import RIGHT_MEAN, RIGHT_SCALE, make_course, notebook
from tests.pushing import COMMIT, FORGES, SECRET, GitServer, git, headers, message, post, sign

ANY = re.compile(r".*", re.DOTALL)


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
        states = [pushes.add("a", f"{number}" * 40, per_day=1) for number in range(1, 4)]
        leased = pushes.lease()
        states += [pushes.add("a", f"{number}" * 40, per_day=1) for number in range(4, 6)]

        assert states == ["queued", "queued", "queued", "limited", "limited"]
        assert leased is not None
        assert leased.commit == "3" * 40
        assert pushes.counts() == {"leased": 1, "limited": 1, "superseded": 3}
        assert pushes.lease() is None


def test_commit_beyond_the_days_bound_is_told_and_graded_when_the_day_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        pushes.add("a", "1" * 40, per_day=1)
        first = pushes.lease()
        assert first is not None
        pushes.finish(first.number, "graded")
        pushes.told(first.number)
        pushes.add("a", "2" * 40, per_day=1)
        told, again = pushes.untold(), pushes.untold()
        tomorrow = time.time() + 86_400
        monkeypatch.setattr(time, "time", lambda: tomorrow)
        late = pushes.lease()

    assert told is not None
    assert (told.commit, told.state, again) == ("2" * 40, "limited", None)
    assert late is not None
    assert (late.commit, late.received) == ("2" * 40, told.received)


def test_what_could_not_be_told_is_told_later_and_not_graded_again(
    server: GitServer, forge: FakeForge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root = make_course(tmp_path / "course")
    tree = server.create("untold")
    (tree / "demo.ipynb").write_text(notebook(RIGHT_MEAN, RIGHT_SCALE))
    commit = server.push(tree)
    enrolled = Enrolled("student-01", "demo", "course/untold", server.url("untold"))
    publisher = StatusPublisher(ForgeApi("github", forge.base, "t"))
    forge.refuse_after = 0
    with Pushes(tmp_path / "pushes.sqlite") as pushes, \
            PushGrader(root, {enrolled.repository: enrolled}, [publisher]) as grader:  # fmt: skip
        pushes.add(enrolled.repository, commit)
        assert grader.drain(pushes) == 1
        [recent] = pushes.recent()
        assert (recent.state, pushes.untold()) == ("graded", None)
        assert "not published yet: github refused" in recent.detail
        forge.refuse_after = -1
        later = time.time() + 7200
        monkeypatch.setattr(time, "time", lambda: later)

        assert grader.drain(pushes) == 0

    [(_, status, _)] = forge.statuses
    assert (status["state"], status["description"]) == ("success", "5 of 5 points")
    with sqlite3.connect(root / "reports" / "demo" / "ledger.sqlite") as connection:
        assert connection.execute("select count(*) from result").fetchone() == (1,)


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
    git(tree, "init", "--quiet", "part.py")
    git(tree / "part.py", "commit", "--quiet", "--allow-empty", "-m", "a submodule")
    commit = server.push(tree)

    found = fetch(server.url("hostile"), commit, expected_files("demo"))

    assert set(found.files) == {"demo.ipynb", "helper.py", "conftest.py"}
    assert set(found.flags) == {
        "'link.py' was left out: it is a symbolic link",
        "'lfs.csv' was left out: it is a Git LFS pointer, not the file",
        "'part.py' was left out: it is a submodule",
    }
    assert not owned.exists()


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where everything temporary goes, so that a test can tell whether something was left."""
    place = tmp_path / "scratch"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return place


def test_repository_over_its_quota_is_refused_and_leaves_nothing(server: GitServer, scratch: Path):
    tree = server.create("large")
    (tree / "demo.ipynb").write_text(notebook(RIGHT_MEAN))
    for number in range(6):
        (tree / f"noise-{number}.bin").write_bytes(os.urandom(1 << 20))
    commit = server.push(tree)

    with pytest.raises(SubmissionError, match=r"^the repository is larger than 2 MB$"):
        fetch(server.url("large"), commit, expected_files("demo"), quota=2 << 20)

    assert list(scratch.iterdir()) == []
    assert set(fetch(server.url("large"), commit, expected_files("demo")).files) == {"demo.ipynb"}


@pytest.mark.parametrize("filters", ["true", "false"])
def test_file_that_is_small_packed_and_large_unpacked_is_left_out(server: GitServer, scratch: Path, filters: str):
    name = f"zeros-{filters}"
    tree = server.create(name)
    git(server.folder / f"{name}.git", "config", "uploadpack.allowFilter", filters)
    with (tree / "demo.ipynb").open("wb") as file:
        file.truncate(MAX_BLOB + 1)
    (tree / "helper.py").write_text("x = 1")
    commit = server.push(tree)

    found = fetch(server.url(name), commit, expected_files("demo"))

    assert set(found.files) == {"helper.py"}
    assert found.flags == ("'demo.ipynb' was left out: it is larger than 32 MB",)
    assert list(scratch.iterdir()) == []


def test_folders_within_folders_are_not_followed(server: GitServer):
    tree = server.create("bomb")
    (tree / "demo").mkdir()
    (tree / "demo" / "demo.ipynb").write_text(notebook(RIGHT_MEAN))
    git(tree, "add", "--all")
    blob = git(tree, "hash-object", "-w", "demo/demo.ipynb")
    level = f"100644 blob {blob}\tx.py"
    for _ in range(40):  # ten to the power of forty files
        made = subprocess.run(
            ["git", "mktree"], cwd=tree, input=level + "\n", capture_output=True, text=True, check=True
        )
        level = "\n".join(f"040000 tree {made.stdout.strip()}\td{number}" for number in range(10))
    top = git(tree, "write-tree")
    rows = git(tree, "ls-tree", top) + f"\n040000 tree {made.stdout.strip()}\tbomb\n"
    whole = subprocess.run(["git", "mktree"], cwd=tree, input=rows, capture_output=True, text=True, check=True)
    commit = git(tree, "commit-tree", whole.stdout.strip(), "-m", "x")
    git(tree, "push", "--quiet", "origin", f"{commit}:refs/heads/main")

    found = fetch(server.url("bomb"), commit, expected_files("demo"), folders=("demo",), seconds=20)

    assert set(found.files) == {"demo/demo.ipynb"}


def test_server_that_never_ends_is_given_up(scratch: Path):
    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with contextlib.suppress(OSError), connection:
            while True:
                connection.sendall(b"003f" + b"a" * 40 + b" refs/heads/0123456\n"[:19])
                time.sleep(0.01)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        url = f"git://127.0.0.1:{listener.getsockname()[1]}/x.git"

        with pytest.raises(SubmissionError, match=r"git fetch did not end in 1 seconds"):
            fetch(url, COMMIT, ANY, seconds=1.0)

    assert list(scratch.iterdir()) == []


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
    with pytest.raises(EnvironmentFault, match="transport 'ext' not allowed"):
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
    """The APIs that we use of each platform, as far as they are documented, on the loopback address.

    It keeps what it is told as the platforms do: statuses by context, check runs with their annotations added up,
    notes on commits, issues and comments.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict, dict]] = []
        self.statuses: list[tuple[str, dict[str, str], str]] = []
        self.runs: list[dict] = []
        self.notes: list[dict] = []
        self.issues: list[dict] = [{"number": 1, "title": TITLE, "user": {"login": "student-01"}}]
        self.comments: list[dict] = []
        self.refuse_after = -1
        forge = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size) or b"{}")
                forge.requests.append((self.command, self.path, body, dict(self.headers)))
                if 0 <= forge.refuse_after < len(forge.requests):
                    self.send_response(503)
                    self.send_header("Retry-After", "60")
                    self.end_headers()
                    return
                token = self.headers.get("Authorization") or self.headers.get("PRIVATE-TOKEN") or ""
                status, content = forge.serve(self.command, self.path, body, token)
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:9/stolen")
                self.end_headers()
                self.wfile.write(json.dumps(content).encode())

            do_GET = do_POST = do_PATCH = answer  # noqa: N815 - names of the library

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def serve(self, method: str, path: str, body: dict, token: str) -> tuple[int, object]:
        route = path.partition("?")[0]
        match method, route.rsplit("/", 2)[1:]:
            case "GET", ["user"] | [_, "user"]:
                return 200, {"login": "grader"}
            case "POST", ["statuses", _]:
                self.statuses.append((path, body, token))
                return 201, {}
            case "GET", [_, "check-runs"]:
                return 200, {"total_count": len(self.runs), "check_runs": self.runs}
            case "POST", [_, "check-runs"]:
                run = {**body, "id": len(self.runs) + 1, "annotations": []}
                self.runs.append(run)
                return (201, self.annotate(run, body)) if len(body["output"]["annotations"]) <= 50 else (422, {})
            case "PATCH", ["check-runs", number]:
                run = self.runs[int(number) - 1]
                return 200, self.annotate(run, body)
            case "GET", [commit, "comments"] if len(commit) == 40:
                return 200, self.notes
            case "POST", [commit, "comments"] if len(commit) == 40:
                self.notes.append(body)
                return 201, body
            case "GET", [_, "issues"]:
                return 200, self.issues
            case "POST", [_, "issues"]:
                self.issues.append({**body, "number": len(self.issues) + 1, "user": {"login": "grader"}})
                return 201, self.issues[-1]
            case "GET", [number, "comments"]:
                return 200, [one for one in self.comments if one["issue"] == int(number)]
            case "POST", [number, "comments"]:
                self.comments.append({**body, "issue": int(number), "id": len(self.comments) + 1})
                return 201, self.comments[-1]
            case "PATCH", ["comments", number]:
                self.comments[int(number) - 1].update(body)
                return 200, {}
        return 404, {"message": "Not Found"}

    @staticmethod
    def annotate(run: dict, body: dict) -> dict:
        run["annotations"] += body["output"]["annotations"]
        run.update({name: value for name, value in body.items() if name != "output"})
        return run


@pytest.fixture
def forge() -> Iterator[FakeForge]:
    found = FakeForge()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_statuses_are_as_each_platform_takes_them(forge: FakeForge):
    enrolled = ROSTER["course/student-01"]
    notice = Notice(enrolled, COMMIT, "failure", "x" * 300)

    for name in FORGES:
        StatusPublisher(ForgeApi(name, forge.base, "t")).publish(notice)

    (path, body, token), (other_path, other, other_token), *likewise = forge.statuses
    assert (path, body["state"], len(body["description"]), token) == (
        f"/repos/course/student-01/statuses/{COMMIT}", "failure", 140, "Bearer t",
    )  # fmt: skip
    assert (other_path, other["state"], other_token) == (
        f"/projects/course%2Fstudent-01/statuses/{COMMIT}", "failed", "t",
    )  # fmt: skip
    assert [(one[0], one[2]) for one in likewise] == [(path, "token t")] * 2
    assert "secret" not in repr(StatusPublisher(ForgeApi("github", forge.base, "secret")))
    with pytest.raises(EnvironmentFault, match="cannot be reached"):
        StatusPublisher(ForgeApi("github", "http://127.0.0.1:9", "t")).publish(notice)


def many(count: int) -> tuple[Annotation, ...]:
    return tuple(Annotation("demo.ipynb", n + 1, "A mean", f"claim {n}", failed=n % 2 == 0) for n in range(count))


def test_check_run_takes_annotations_in_batches_and_is_made_once(forge: FakeForge):
    notice = Notice(ROSTER["course/student-01"], COMMIT, "success", "1 of 5 points", text="body", annotations=many(120))
    [publisher] = publishers_for(ForgeApi("github", forge.base, "t"), report=True)

    publisher.publish(notice)
    publisher.publish(notice)

    [run] = forge.runs
    assert [len(body["output"]["annotations"]) for method, _, body, _ in forge.requests if method != "GET"] == [
        50,
        50,
        20,
    ]
    assert (run["head_sha"], run["status"], run["conclusion"], len(run["annotations"])) == (
        COMMIT, "completed", "success", 120,
    )  # fmt: skip
    assert run["annotations"][1] == {
        "path": "demo.ipynb", "start_line": 2, "end_line": 2, "annotation_level": "notice", "title": "A mean",
        "message": "claim 1",
    }  # fmt: skip


def test_check_run_left_half_is_made_anew(forge: FakeForge):
    notice = Notice(ROSTER["course/student-01"], COMMIT, "error", "x", annotations=many(60))
    [publisher] = publishers_for(ForgeApi("github", forge.base, "t"), report=True)
    forge.refuse_after = 2

    with pytest.raises(EnvironmentFault, match=r"github refused PATCH .*503.*it asks to wait 60 seconds"):
        publisher.publish(notice)
    forge.refuse_after = -1
    publisher.publish(notice)

    assert [(run["status"], run.get("conclusion")) for run in forge.runs] == [
        ("in_progress", None), ("completed", "action_required"),
    ]  # fmt: skip


def test_note_of_gitlab_is_left_once(forge: FakeForge):
    notice = Notice(ROSTER["course/student-01"], COMMIT, "success", "5 of 5 points", text="the report")

    for _ in range(2):
        for publisher in publishers_for(ForgeApi("gitlab", forge.base, "t"), report=True):
            publisher.publish(notice)

    [note] = forge.notes
    assert note["note"].endswith("the report")
    assert len(forge.statuses) == 2
    assert forge.requests[-1][1].startswith(f"/projects/course%2Fstudent-01/repository/commits/{COMMIT}/comments?")


@pytest.mark.parametrize("name", ["gitea", "forgejo"])
def test_comment_goes_into_an_issue_of_our_own_and_is_changed_there(forge: FakeForge, name: str):
    enrolled = ROSTER["course/student-01"]
    for text in ("first", "first", "regraded"):
        for publisher in publishers_for(ForgeApi(name, forge.base, "t"), report=True):
            publisher.publish(Notice(enrolled, COMMIT, "success", "5 of 5 points", text=text))
    publisher.publish(Notice(enrolled, "f" * 40, "success", "5 of 5 points", text="another commit"))

    assert [(one["issue"], one["body"].partition("\n")[2]) for one in forge.comments] == [
        (2, "regraded"), (2, "another commit"),
    ]  # fmt: skip
    assert [issue["user"]["login"] for issue in forge.issues] == ["student-01", "grader"]


def test_token_is_read_anew_and_never_taken_along_a_redirect(forge: FakeForge, tmp_path: Path):
    file = tmp_path / "token"
    api = ForgeApi("gitlab", forge.base, token_file=file)
    for token in ("first", "second"):
        file.write_text(f"{token}\n")
        StatusPublisher(api).publish(Notice(ROSTER["course/student-01"], COMMIT, "success", "x"))
    forge.serve = lambda *_: (302, {})  # type: ignore[method-assign]

    assert [token for _, _, token in forge.statuses] == ["first", "second"]
    with pytest.raises(EnvironmentFault, match="gitlab refused POST .*302"):
        StatusPublisher(api).publish(Notice(ROSTER["course/student-01"], COMMIT, "success", "x"))
    with pytest.raises(EnvironmentFault, match="the token cannot be read"):
        StatusPublisher(ForgeApi("gitlab", forge.base, token_file=tmp_path / "none")).publish(
            Notice(ROSTER["course/student-01"], COMMIT, "success", "x")
        )


HOSTILE = "<script>@everyone [x](http://evil.example) |"


def graded_result(**check: object) -> SubmissionResult:
    failed = CheckResult(check="c", claim="The mean is right.", points=2, outcome=Outcome.FAILED,
                         message=f"got {HOSTILE}", hint="half of it", **check)  # type: ignore[arg-type]  # fmt: skip
    passed = CheckResult(check="d", claim="It scales.", points=3, outcome=Outcome.PASSED, earned=3)
    problem = ProblemResult(
        problem="mean", title="A mean", checks=(failed, passed), answers=(AnswerRecord(name="mean", kind="x", cell=1),)
    )
    return SubmissionResult(student="student-01", problem_set="demo", state=State.GRADED, digest="d", key="k",
                            problems=(problem,))  # fmt: skip


def test_detail_decides_what_is_told():
    result, description = graded_result(), SetDescription(name="demo", title="A demo")
    score = score_submission(result)
    texts = {
        detail: text_of(result, score, description, detail) for detail in ("graded", "score", "problems", "checks")
    }

    assert summary_of(result, score, "graded") == "graded"
    assert summary_of(result, score, "score") == "3 of 5 points"
    assert "3" not in texts["graded"]
    assert "| A mean |" not in texts["score"]
    assert "| A mean | 3 of 5 |" in texts["problems"]
    assert "The mean is right" not in texts["problems"]
    assert "half of it" in texts["checks"]
    assert "<script" not in texts["checks"]
    assert "@" not in texts["checks"].replace("&#64;", "")
    assert known_detail("checks") == "checks"
    with pytest.raises(EnvironmentFault, match="unknown detail 'all'; known are graded, score, problems, checks"):
        known_detail("all")


def test_hidden_check_shows_claim_and_outcome_only():
    result = graded_result(hidden=True)
    data = notebook("x = 1", RIGHT_MEAN).replace('"cell_type"', '\n"cell_type"').encode()

    [annotation] = annotations_of(result, "demo.ipynb", data)

    assert (annotation.line, annotation.message, annotation.failed) == (3, "The mean is right.", True)
    assert HOSTILE[:7] not in text_of(result, score_submission(result), SetDescription(name="d", title="D"), "checks")


def test_long_report_is_cut_below_the_limit_of_platforms():
    check = CheckResult(check="c", claim="c" * 300, points=1, outcome=Outcome.FAILED, message="m" * 3000)
    problem = ProblemResult(problem="p", title="P", checks=(check,) * 60)
    result = graded_result().model_copy(update={"problems": (problem,)})

    text = text_of(result, score_submission(result), SetDescription(name="d", title="D"), "checks")

    assert len(text.encode()) < 65_535
    assert text.endswith("The rest is in the report.\n")


def test_feedback_repository_is_committed_and_pushed(server: GitServer, tmp_path: Path):
    clone, other = server.create("feedback"), tmp_path / "other"
    server.push(clone)
    git(clone, "branch", "--set-upstream-to=origin/main")
    git(tmp_path, "clone", "--quiet", server.url("feedback"), "other")
    publisher = RepositoryPublisher(clone)

    publisher.publish(Notice(ROSTER["course/student-01"], COMMIT, "success", "5 of 5", page="<p>first</p>"))
    git(other, "pull", "--quiet", "--rebase")
    (other / "somebody.txt").write_text("meanwhile")
    server.push(other)
    for _ in range(2):
        publisher.publish(Notice(ROSTER["course/student-01"], COMMIT, "success", "5 of 5", page="<p>second</p>"))
    git(other, "pull", "--quiet", "--rebase")

    assert (other / "demo" / "student-01.html").read_text() == "<p>second</p>"
    assert git(other, "rev-list", "--count", "HEAD") == "4"


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
         str(tmp_path / "feedback"), "--report", "--detail", "checks"],
        cwd=root,
        env={**os.environ, "GRADER_WEBHOOK_SECRET": SECRET, "GRADER_STATUS_TOKEN": "t", "GRADER_API": forge.base},
    )  # fmt: skip
    try:
        (tree / "demo.ipynb").write_text(notebook(RIGHT_MEAN, RIGHT_SCALE))
        commit = server.push(tree)
        body = message("github", commit=commit)
        assert post(f"http://127.0.0.1:{port}/hook", body, headers("github", body)) == 202
        deadline = time.monotonic() + 120
        while not forge.runs and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        service.terminate()
        service.wait(timeout=30)

    [run] = forge.runs
    assert (run["head_sha"], run["conclusion"], run["status"]) == (commit, "success", "completed")
    [made] = [body for method, path, body, _ in forge.requests if method == "POST"]
    assert made["output"]["title"] == "5 of 5 points"
    assert "The mean is right as a function of a" in made["output"]["summary"]
    assert "student-01" in (tmp_path / "feedback" / "demo" / "student-01.html").read_text()
    with Ledger(root / "reports" / "demo" / "ledger.sqlite") as ledger:
        result = ledger.latest()["student-01"]
    assert score_submission(result).total == 5
    assert result.received


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


@pytest.mark.parametrize("name", FORGES)
def test_recorded_shapes_of_each_platform_are_read(name: str):
    content = json.loads((Path(__file__).parent / "data" / "pushes" / f"{name}.json").read_text())
    body = json.dumps(content["body"]).encode()
    lowered = {key.lower(): value for key, value in content["headers"].items()}

    assert read_push(name, lowered, body) == Push(name, "course/student-01", COMMIT, "main", "d-1")
    for changes in content["asks_for_nothing"]:
        event = {f"x-{name}-event": changes.pop("event")} if "event" in changes else {}
        assert isinstance(read_push(name, lowered | event, json.dumps(content["body"] | changes).encode()), Ignored)


def test_fault_of_ours_ends_neither_the_worker_nor_the_push(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    enrolled = ROSTER["course/student-01"]
    root = make_course(tmp_path / "course")

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr("grader.serving.grading.fetch", broken)
    monkeypatch.setattr("grader.serving.grading.RETRY_SECONDS", 0.0)
    feedback = FolderPublisher(tmp_path / "feedback")
    with Pushes(tmp_path / "pushes.sqlite") as pushes, PushGrader(root, ROSTER, [feedback]) as grader:
        pushes.add(enrolled.repository, COMMIT)
        while grader.drain(pushes) or pushes.counts() != {"failed": 1}:
            time.sleep(0.01)
        [recent] = pushes.recent()

    assert recent.detail == "RuntimeError: a fault"
    status = json.loads((tmp_path / "feedback" / "demo" / "student-01.json").read_text())
    assert (status["state"], "fault on our side" in status["summary"]) == ("error", True)


def test_service_without_a_worker_is_not_in_good_health(tmp_path: Path):
    with Pushes(tmp_path / "pushes.sqlite") as pushes:
        web = TestClient(make_app(pushes, ROSTER, Settings(SECRET), working=lambda: False))

        assert (web.get("/health").status_code, web.get("/health").json()["status"]) == (
            503,
            "nobody works off the queue",
        )


def test_burst_at_the_service_with_kills_in_between_loses_nothing(tmp_path: Path):
    root = make_course(tmp_path / "course")
    rows = [f"student-{n},demo,course/{n},git://127.0.0.1:9/{n}.git" for n in range(1000)]
    (tmp_path / "roster.csv").write_text("student,problem_set,repository,url\n" + "\n".join(rows))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "grader", "serve", "--roster", str(tmp_path / "roster.csv"), "--port", str(port)]
    environment = {**os.environ, "GRADER_WEBHOOK_SECRET": SECRET}
    acknowledged: dict[int, int] = {}
    for kill_at in (300, 700, 0):
        service = subprocess.Popen(command, cwd=root, env=environment, stderr=subprocess.DEVNULL)
        try:
            for number in range(1000):
                if number not in acknowledged:
                    body = message("github", f"course/{number}", f"{number:040x}".replace("0" * 30, "a" * 30))
                    acknowledged[number] = post(
                        f"http://127.0.0.1:{port}/hook", body, headers("github", body, str(number))
                    )
                if len(acknowledged) == kill_at:
                    break
        finally:
            service.kill()
            service.wait()

    with sqlite3.connect(root / "reports" / "pushes.sqlite") as connection:
        kept = dict(connection.execute("select repository, count(*) from push group by repository"))
    assert set(acknowledged.values()) == {202}
    assert kept == {f"course/{number}": 1 for number in range(1000)}


def test_poll_grades_what_is_new_and_nothing_twice(server: GitServer, forge: FakeForge, tmp_path: Path):
    root = make_course(tmp_path / "course")
    tree = server.create("poller")
    (tree / "demo").mkdir()
    (tree / "demo" / "demo.ipynb").write_text(notebook(RIGHT_MEAN, RIGHT_SCALE))
    commit = server.push(tree)
    rows = [
        f"student-01,demo,course/poller,{server.url('poller')}",
        "student-02,demo,course/gone,git://127.0.0.1:9/x.git",
    ]
    (tmp_path / "roster.csv").write_text("student,problem_set,repository,url\n" + "\n".join(rows) + "\n")
    feedback = server.create("poller-feedback")
    server.push(feedback)
    command = [sys.executable, "-m", "grader", "poll", "--roster", str(tmp_path / "roster.csv"), "--feedback",
               str(feedback), "--push-feedback", "--report"]  # fmt: skip
    environment = {**os.environ, "GRADER_STATUS_TOKEN": "t", "GRADER_API": forge.base, "GRADER_FORGE": "gitlab"}

    first, again = (
        subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
        for _ in range(2)
    )

    assert "2 repositories, 1 commits graded, 1 did not answer" in first.stdout, first.stderr
    assert "2 repositories, 0 commits graded, 1 did not answer" in again.stdout
    assert "course/gone: git ls-remote failed" in first.stderr
    assert (first.returncode, again.returncode) == (1, 1)
    assert [(path, body["state"]) for path, body, _ in forge.statuses] == [
        (f"/projects/course%2Fpoller/statuses/{commit}", "success"),
    ]  # fmt: skip
    assert "5 of 5" in forge.notes[0]["note"]
    pushed = git(server.folder / "poller-feedback.git", "show", "main:demo/student-01.html")
    assert "The mean is right as a function of a" in pushed


def test_webhook_of_gitlab_without_event_ids_loses_no_push(client: tuple[TestClient, Pushes]):
    web, pushes = client
    given = {"X-Gitlab-Event": "Push Hook", "X-Gitlab-Token": SECRET, "X-Gitlab-Webhook-UUID": "always the same"}
    bodies = [message("gitlab", commit=digit * 40) for digit in "12"]

    answers = [web.post("/hook", content=body, headers=given).json()["result"] for body in (*bodies, bodies[0])]

    assert answers == ["queued", "queued", "replayed"]
    assert pushes.counts() == {"queued": 1, "superseded": 1}
