"""The dashboard as a browser shows it: counts for everybody, students only for who has the token, nothing executed."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from grader.serving.app import Settings, make_app
from grader.serving.pushes import Pushes
from grader.serving.roster import Enrolled

TOKEN = "a token & more+%=ü"
STUDENT = "<img src=x onerror=document.title='owned'>"
ROSTER = {"course/one": Enrolled(STUDENT, "demo", "course/one", "https://git.example/x.git")}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Pushes(tmp_path_factory.mktemp("queue") / "pushes.sqlite") as pushes, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        pushes.add("course/one", "a" * 40)
        leased = pushes.lease()
        assert leased is not None
        pushes.finish(leased.number, "graded", "3 of 5")
        pushes.add("course/two", "b" * 40)
        app = make_app(pushes, ROSTER, Settings("secret", TOKEN))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        yield browser.new_page(viewport={"width": 390, "height": 800})
        browser.close()


def test_who_has_no_token_sees_counts_and_no_student(page: Page, address: str):
    page.goto(address)
    page.get_by_label("Token").fill("wrong")
    page.get_by_role("button").click()

    assert "graded: 1" in page.inner_text("main")
    assert "queued: 1" in page.inner_text("main")
    assert "course/" not in page.content()
    assert page.get_by_label("Token").count() == 1


def test_who_has_the_token_sees_recent_grades_and_nothing_runs(page: Page, address: str):
    page.goto(address)
    page.get_by_label("Token").fill(TOKEN)
    page.get_by_role("button").click()

    row = page.get_by_role("row").filter(has_text="3 of 5")
    assert STUDENT in row.inner_text()
    assert page.get_by_role("row").filter(has_text="course/two").count() == 1
    assert page.title() == "grader"
    assert TOKEN not in page.url


def test_dashboard_is_accessible(page: Page, address: str):
    for token in ("", TOKEN):
        page.goto(address)
        if token:
            page.get_by_label("Token").fill(token)
            page.get_by_role("button").click()

        found = Axe().run(page)

        assert [violation["id"] for violation in found.response["violations"]] == []
