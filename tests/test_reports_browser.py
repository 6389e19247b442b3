"""Pages as a browser shows them: accessible, without script, without a request, at the width of a desk and a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, sync_playwright

from grader.rendering import ClassInsight, file_name, render_class, render_submission
from grader.result import SetDescription, State, SubmissionResult
from grader.scoring import score_submission
from grader.statistics import check_statistics, distribution
from tests.test_curves import CURVE, check
from tests.test_rendering import DESCRIPTION, PAYLOADS, formula, grouped, hostile, png, summary

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync",
         "--disable-component-update", "--no-first-run"]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


def usual() -> SubmissionResult:
    result = hostile("text")
    output = {"output_type": "display_data", "data": {"image/png": png(), "text/plain": "a figure"}, "metadata": {}}
    cell = result.cells[0].model_copy(update={"outputs": (*result.cells[0].outputs, output), "limit": "time"})
    answer = formula("x", "2*a").problems[0].answers[0]
    checks = (result.problems[0].checks[0], check(CURVE), check({**CURVE, "yours": [0, 1, 4, 9], "whole": True}))
    answers = (answer, *result.problems[0].answers[1:])
    many = {"values": [[f"x[{i}]", f"{i}.12345"] for i in range(40)], "student": "1", "expected": "2"}
    wide = "Let $$" + " + ".join(f"\\frac{{x_{{{i}}}}}{{{i + 2}}}" for i in range(40)) + "$$ be `" + "x" * 90 + "`."
    problem = result.problems[0].model_copy(
        update={
            "answers": answers,
            "statement": wide,
            "checks": (*checks, checks[0].model_copy(update={"evidence": many})),
        }
    )
    return result.model_copy(update={"student": "student-01", "cells": (cell,), "problems": (problem, problem)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("reports")
    rejected = SubmissionResult(
        student="student-02", problem_set="demo", state=State.REJECTED_INPUT, digest="d", key="k", message="cut off"
    )
    planted = [hostile(payload) for payload in PAYLOADS]
    results = [usual(), rejected, *planted]
    for result in results:
        page = render_submission(result, score_submission(result, points=3), DESCRIPTION)
        (place / file_name(result.student)).write_text(page, encoding="utf-8")
    summaries = [summary(result) for result in results]
    insight = ClassInsight(
        check_statistics(DESCRIPTION, summaries),
        grouped(summaries),
        distribution(summaries),
        ("p::c: void by ta (why)",),
    )
    (place / "class.html").write_text(render_class(DESCRIPTION, summaries, insight), encoding="utf-8")
    empty = SetDescription(name="empty", title="Nothing yet")
    (place / "empty.html").write_text(render_class(empty, []), encoding="utf-8")
    return place


def opened(browser: Browser, path: Path, width: int, scheme: str) -> tuple[Page, list[str]]:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=False)  # type: ignore[arg-type]
    page = context.new_page()
    requests: list[str] = []

    def note(request: Request) -> None:
        requests.append(request.url)

    page.on("request", note)
    page.goto(path.as_uri())
    return page, requests


@pytest.mark.parametrize("name", ["student-01.html", "student-02.html", "class.html", "empty.html"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_page_is_accessible(folder: Path, name: str, width: int, scheme: str, browser: Browser):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto((folder / name).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")

    found = Axe().run(page)

    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    context.close()


def test_every_link_leads_to_a_page_and_nothing_leaves_the_folder(folder: Path, browser: Browser):
    page, requests = opened(browser, folder / "class.html", 1280, "light")

    links = page.eval_on_selector_all("a", "links => links.map(link => link.href)")
    assert len(links) >= 2 + len(PAYLOADS)
    for link in sorted(set(links)):
        answer = page.goto(link)
        assert answer is None or answer.ok
        assert page.locator("h1").count() == 1
        assert page.evaluate("document.scripts.length") == 0
    outside = [url for url in requests if not url.startswith((folder.as_uri(), "data:image/png;base64,"))]
    assert outside == []


def test_keyboard_reaches_everything(folder: Path, browser: Browser):
    page, _ = opened(browser, folder / "student-01.html", 1280, "light")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "A"
    page.keyboard.press("Enter")
    page.wait_for_url("**#p1")
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.evaluate("part => part.open")


def test_style_is_let_in_by_its_digest_alone(folder: Path, browser: Browser):
    page, _ = opened(browser, folder / "student-01.html", 1280, "light")

    assert page.evaluate("getComputedStyle(document.querySelector('.check')).borderLeftWidth") == "4px"


def test_brackets_grow_with_what_they_hold(folder: Path, browser: Browser):
    matrix = "Let $$A = \\begin{pmatrix} a \\\\ b \\\\ c \\\\ d \\end{pmatrix}.$$"
    result = usual()
    problem = result.problems[0].model_copy(update={"statement": matrix})
    result = result.model_copy(update={"problems": (problem,)})
    path = folder / "matrix.html"
    path.write_text(render_submission(result, score_submission(result, points=3), DESCRIPTION), encoding="utf-8")
    page, _ = opened(browser, path, 1280, "light")
    page.locator("details").first.evaluate("one => { one.open = true }")

    bracket, table = (
        page.locator(f".statement {name}").first.evaluate("one => one.getBoundingClientRect().height")
        for name in ("mo:text-is('(')", "mtable")
    )

    assert bracket > 0.9 * table


@pytest.mark.parametrize("width", [390, 660, 1280])
def test_name_of_an_answer_breaks_after_an_underscore_only(folder: Path, browser: Browser, width: int):
    result = usual()
    answers = tuple(
        answer.model_copy(update={"name": "corrected_exponential_average", "raw": "x + " * 40})
        for answer in result.problems[0].answers
    )
    problem = result.problems[0].model_copy(update={"answers": answers})
    result = result.model_copy(update={"problems": (problem,)})
    path = folder / f"names-{width}.html"
    path.write_text(render_submission(result, score_submission(result, points=3), DESCRIPTION), encoding="utf-8")
    page, _ = opened(browser, path, width, "light")

    lines = page.locator(".answers tbody th code").first.evaluate("one => one.getClientRects().length")

    assert lines <= 3
