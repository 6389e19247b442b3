"""What tests of pushes share: messages as each platform signs them, a real git server, and a client that waits."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

SECRET = "a secret of the course"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


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


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
