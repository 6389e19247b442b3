"""Pages show everything, escape everything and run nothing."""

from __future__ import annotations

import base64
import gettext
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment
from PIL import Image

from grader.errors import AuthoringError
from grader.loading.translations import read_po
from grader.pipeline.equality import Equalities
from grader.pipeline.grouping import Group, group_wrong_formulas
from grader.pipeline.summarising import summarise
from grader.rendering import ClassInsight, file_name, render_class, render_submission
from grader.rendering.markup import mathml_html, statement_html, visible
from grader.rendering.outputs import ImageBudget, plain_text, redraw, show_outputs
from grader.result import (
    AnswerRecord,
    CellRecord,
    CheckResult,
    Outcome,
    ProblemDescription,
    ProblemResult,
    RubricRecord,
    SetDescription,
    State,
    SubmissionResult,
)
from grader.scoring import REASONS, score_submission
from grader.statistics import check_statistics, distribution
from grader.summary import Summary

RENDERING = Path(__file__).parent.parent / "grader" / "rendering"
DESCRIPTION = SetDescription(
    name="demo",
    title="A demo",
    problems=(
        ProblemDescription(problem="p", title="P", statement="Find $a/2$.", points=3, claims={"c": "C holds."},
                           symbols={"f": {"a": "positive"}}),
    ),
)  # fmt: skip

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<style>body{display:none}</style>",
    "<base href=http://evil.example>",
    "[x](javascript:alert(1))",
    "$\\href{javascript:alert(1)}{x}$",
    "{{7*7}}{% for x in [1] %}{{ x }}{% endfor %}",
    "%(x)s {0.__class__}",
    "\x1b[2J\x1b]8;;http://evil.example\x07link\x1b]8;;\x07\x1b]52;c;aGk=\x07",
    "\u202egnirts\u202c \u2066x\u2069",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    "</style></head><body onload=alert(1)>",
    "<a href='http://evil.example'>x</a>",
    "e\u0301" * 200,
]


def png(size: tuple[int, int] = (20, 10)) -> str:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def hostile(text: str) -> SubmissionResult:
    outputs = (
        {"output_type": "stream", "name": "stdout", "text": text},
        {"output_type": "error", "ename": text, "evalue": text, "traceback": [text]},
        {"output_type": "display_data", "data": {"text/html": text, "image/svg+xml": text, "text/plain": text,
                                                 "application/javascript": text, "text/markdown": text,
                                                 "text/latex": text}, "metadata": {}},
        {"output_type": "display_data", "data": {"image/png": text}, "metadata": {}},
        {"output_type": "display_data", "data": {text: text}, "metadata": {}},
    )  # fmt: skip
    check = CheckResult(
        check="c", claim="C holds.", points=3, outcome=Outcome.FAILED, message=text, hint=text,
        evidence={"values": [[text, text]], "student": text, "expected": text, "traceback": [[0, 1, text]],
                  "wrong": [[1, 0], [0, 0]]},
    )  # fmt: skip
    problem = ProblemResult(
        problem="p",
        title="P",
        answers=(AnswerRecord(name="f", kind="Expression", given=True, raw=text, mathml=text, notes=(text,)),
                 AnswerRecord(name="g", kind="Run", given=True, raw=text, refused=text)),
        checks=(check,),
        rubric=(RubricRecord(answer="w", item="i", text="says it", points=1, comment=text),),
    )  # fmt: skip
    return SubmissionResult(
        student=text or "x", problem_set="demo", state=State.GRADED, digest="d" * 64, key="k", problems=(problem,),
        cells=(CellRecord(index=0, kind="code", source=text or "x", outputs=outputs, error=text, executed=True),),
        notes=(text,), flags=(text,),
    )  # fmt: skip


def pages(text: str) -> list[str]:
    result = hostile(text)
    rejected = result.model_copy(update={"state": State.REJECTED_INPUT, "message": text, "problems": ()})
    summaries = [summary(result), summary(rejected)]
    insight = ClassInsight(check_statistics(DESCRIPTION, summaries), grouped(summaries), distribution(summaries))
    return [
        render_submission(result, score_submission(result), DESCRIPTION),
        render_submission(rejected, score_submission(rejected, points=3), DESCRIPTION),
        render_class(DESCRIPTION, summaries, insight),
    ]


def summary(result: SubmissionResult) -> Summary:
    return summarise(result, score_submission(result, points=3), DESCRIPTION)


def grouped(summaries: list[Summary]) -> list[Group]:
    with Equalities(DESCRIPTION) as known:
        return group_wrong_formulas(DESCRIPTION, summaries, known)


def assert_inert(page: str) -> None:
    body = page[page.index("<body") :]
    assert not re.search(r"<(script|iframe|object|embed|svg|form|link|base|meta|style)\b", body, re.IGNORECASE)
    for tag in re.findall(r"<[a-zA-Z][^>]*>", body):
        assert not re.search(r"\son\w+\s*=", tag, re.IGNORECASE), tag
        for target in re.findall(r"""(?:href|src)\s*=\s*["']?([^"'\s>]*)""", tag):
            assert target.startswith(("#", "data:image/png;base64,")) or re.fullmatch(r"[\w-]+\.html", target), tag
    assert "\x1b" not in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)
    assert "default-src 'none'" in page


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_planted_payload_is_inert_everywhere(payload: str):
    for page in pages(payload):
        assert_inert(page)
        assert "49" not in page or "7*7" not in payload or "{{7*7}}" in page.replace("&#39;", "'")


@given(st.text(max_size=60))
def test_any_text_is_inert(text: str):
    for page in pages(text):
        assert_inert(page)


def test_huge_answers_stay_below_the_limit_of_a_page():
    page = pages("x" * 1_000_000)[0]

    assert len(page) < 400_000


def test_template_text_is_shown_and_not_evaluated():
    assert "{{7*7}}" in pages("{{7*7}}")[0]


@pytest.mark.parametrize(
    "data",
    [
        "not base64!",
        base64.b64encode(b"<svg onload=alert(1)>").decode(),
        base64.b64encode(b"GIF89a" + b"\0" * 100).decode(),
        '"><script>',
        png()[:40],
        png((5000, 5000)),
        "A" * (9 << 20),
    ],
)
def test_what_is_no_small_image_is_not_shown(data: str):
    assert redraw(data, ImageBudget()) == ""


def test_image_is_drawn_anew():
    original = Image.new("RGB", (2000, 10), "red")
    out = io.BytesIO()
    original.save(out, "JPEG", comment=b"<script>")

    shown = redraw(base64.b64encode(out.getvalue()).decode(), ImageBudget())

    again = Image.open(io.BytesIO(base64.b64decode(shown.removeprefix("data:image/png;base64,"))))
    assert (again.format, again.width) == ("PNG", 900)
    assert b"script" not in base64.b64decode(shown.removeprefix("data:image/png;base64,"))


def test_images_share_a_budget():
    budget = ImageBudget(images=2)

    shown = [redraw(png(), budget) for _ in range(3)]

    assert [bool(one) for one in shown] == [True, True, False]


def test_outputs_are_plain_text():
    text = ["10 %\r20 %\r\n", "\x1b[31mred\x1b[0m"]

    shown = show_outputs([{"output_type": "stream", "name": "stdout", "text": text}], ImageBudget())

    assert shown[0].text == "20 %\nred"


@given(st.text())
def test_no_terminal_code_survives(text: str):
    assert "\x1b" not in visible(plain_text(text))


def test_mathml_is_kept_and_anything_else_is_text():
    fine = '<math display="inline"><mi>a</mi><mo>+</mo><mn>1</mn></math>'

    assert "<mi>a</mi>" in mathml_html(fine)
    for bad in ("<math><script>x</script></math>", '<math href="javascript:x"><mi>a</mi></math>', "<math>", "<b>x</b>",
                '<!DOCTYPE x [<!ENTITY y "z">]><math><mi>&y;</mi></math>'):  # fmt: skip
        assert "&lt;" in mathml_html(bad)


def test_statement_shows_formulas_and_no_raw_html():
    html = statement_html("Let $x_1 < 2$ and\n\n$$\\frac{a}{b}$$\n\n<b>bold</b> `code` **strong**")

    assert "<mfrac>" in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    assert "<code>code</code>" in html
    assert "<strong>strong</strong>" in html


def test_hidden_check_shows_claim_and_outcome_only():
    result = hostile("SECRET")
    check = result.problems[0].checks[0].model_copy(update={"hidden": True, "hint": ""})
    hidden = result.model_copy(update={
        "student": "a", "cells": (), "notes": (),
        "problems": (ProblemResult(problem="p", title="P", checks=(check,)),),
    })  # fmt: skip

    page = render_submission(hidden, score_submission(hidden), DESCRIPTION)

    assert "SECRET" not in page
    assert "C holds." in page
    assert "This check is hidden" in page


def test_wrong_entries_and_own_lines_are_drawn():
    page = pages("text")[0]

    assert page.count('class="wrong"') == 1
    assert page.count('class="right"') == 3
    assert "cell 1, line 1" in page


@pytest.mark.parametrize(
    ("student", "name"),
    [("student-01", "student-01.html"), ("class", r"class-[0-9a-f]{8}.html"), ("../../x", r"x-[0-9a-f]{8}.html"),
     ("CON", r"CON-[0-9a-f]{8}.html"), ("", r"student-[0-9a-f]{8}.html"), ("é" * 400, r"student-[0-9a-f]{8}.html")],
)  # fmt: skip
def test_page_is_named_safely(student: str, name: str):
    assert re.fullmatch(name, file_name(student))


@pytest.mark.parametrize("language", ["de", "fr"])
def test_every_word_of_ours_is_translated(language: str):
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    catalog = gettext.translation("grader", RENDERING / "locale", [language])
    words = set()
    for template in (RENDERING / "templates").glob("*.jinja"):
        for _, _, message in environment.extract_translations(template.read_text(encoding="utf-8")):
            words.add(message if isinstance(message, str) else message[0])
    words |= set(re.findall(r'say\("([^"]+)"\)', (RENDERING / "pages.py").read_text(encoding="utf-8")))

    known = catalog._catalog  # type: ignore[attr-defined]
    assert words - set(known) == set()
    assert all(set(re.findall(r"%\(\w+\)s", word)) == set(re.findall(r"%\(\w+\)s", known[word])) for word in words)


def test_page_speaks_the_language_of_its_set():
    result = hostile("x")
    german = DESCRIPTION.model_copy(update={"language": "de"})

    page = render_submission(result, score_submission(result), german)

    assert '<html lang="de">' in page
    assert "nicht bestanden" in page


def formula(student: str, text: str, mistake: str = "") -> SubmissionResult:
    check = CheckResult(
        check="c", claim="C.", points=3, outcome=Outcome.FAILED, mistake=mistake, evidence={"answer": "f"}
    )
    answer = AnswerRecord(name="f", kind="Expression", given=True, raw=text, mathml="<math><mi>a</mi></math>")
    problem = ProblemResult(problem="p", title="P", answers=(answer,), checks=(check,))
    return SubmissionResult(
        student=student, problem_set="demo", state=State.GRADED, digest="d", key="k", problems=(problem,)
    )


def test_wrong_formulas_are_grouped_by_what_they_mean():
    results = [formula("1", "2*a"), formula("2", "a+a", "doubled"), formula("3", r"\frac{4a}{2}"), formula("4", "a^2")]

    groups = grouped([summary(result) for result in results])

    assert [group.students for group in groups] == [("1", "2", "3"), ("4",)]
    assert groups[0].spellings == (("2*a", 1), (r"\frac{4a}{2}", 1), ("a+a", 1))
    assert groups[0].mistake == "doubled"


def test_statistics_tell_strong_from_weak():
    def graded(number: int, first: bool, other: float) -> SubmissionResult:
        checks = (
            CheckResult(check="c", claim="C.", points=1, outcome=Outcome.PASSED if first else Outcome.FAILED,
                        earned=1.0 if first else 0.0),
            CheckResult(check="d", claim="D.", points=10, outcome=Outcome.PASSED, earned=other),
        )  # fmt: skip
        problem = ProblemResult(problem="p", title="P", checks=checks)
        return SubmissionResult(
            student=str(number), problem_set="demo", state=State.GRADED, digest="d", key="k", problems=(problem,)
        )

    strong = [graded(number, number >= 5, float(number)) for number in range(10)]
    nobody = [graded(number, first=False, other=float(number)) for number in range(10)]

    (row,) = check_statistics(DESCRIPTION, [summary(one) for one in strong])
    (none,) = check_statistics(DESCRIPTION, [summary(one) for one in nobody])
    assert (row.facility, row.note) == (0.5, "")
    assert row.discrimination is not None
    assert row.discrimination > 0.8
    assert (none.facility, none.discrimination) == (0.0, None)
    assert "almost nobody passes this" in none.note


PO = r"""
# a comment
msgid ""
msgstr "Language: de\n"

msgid "C holds."
msgstr ""
"C gilt, "
"\"immer\"."

msgid "Find "
"$a/2$."
msgstr "Finde $a/2$."

#, fuzzy
msgid "P"
msgstr "nicht fertig"
"""


def test_texts_of_a_set_are_translated(tmp_path: Path):
    (tmp_path / "de.po").write_text(PO, encoding="utf-8")
    translations = read_po(tmp_path / "de.po")

    assert translations == {"C holds.": 'C gilt, "immer".', "Find $a/2$.": "Finde $a/2$."}
    spaced = DESCRIPTION.problems[0].model_copy(update={"statement": "Find\n    $a/2$."})
    german = DESCRIPTION.model_copy(update={"language": "de", "translations": translations, "problems": (spaced,)})
    page = render_submission(hostile("x"), score_submission(hostile("x")), german)
    assert "C gilt, &#34;immer&#34;." in page
    assert "Finde" in page
    assert "jemand muss eine Antwort lesen" in page


@pytest.mark.parametrize("text", ['msgid "a\n', "msgid a", '"alone"', 'msgid "a" msgstr "b"', 'msgctxt "x"'])
def test_broken_translation_names_its_line(tmp_path: Path, text: str):
    (tmp_path / "de.po").write_text(text, encoding="utf-8")

    with pytest.raises(AuthoringError, match=r"de.po, line 1: msgid"):
        read_po(tmp_path / "de.po")
    assert read_po(tmp_path / "fr.po") == {}


def test_reasons_and_notes_are_translated():
    for language in ("de", "fr"):
        known = gettext.translation("grader", RENDERING / "locale", [language])._catalog  # type: ignore[attr-defined]
        assert set(REASONS.values()) <= set(known)


class _Tags(HTMLParser):
    """What a browser would take for tags and attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: dict[str, set[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.setdefault(name, set()).add(value or "")


HOSTILE_LATEX = (
    r"\text{<script>alert(1)</script>}",
    r"\text{<img src=x onerror=alert(1)>}",
    r"\textbf{\"><script>}",
    r"\text{]]><!--<script>}",
    r"\text{&#60;script&#62;}",
    r"\mbox{&lt;script&gt;}",
    r"\mathrm{</math><script>alert(1)</script>}",
    r"\operatorname{<svg/onload=alert(1)>}",
    r"\href{javascript:alert(1)}{x}",
    r"\href{http://example.org}{x}",
    r"\style{background:url(http://x)}{a}",
    r"\class{x\" onclick=\"alert(1)}{a}",
    r"\color{red\" onmouseover=\"alert(1)}{x}",
    r"\color{</math>}{x}",
    r"\textcolor{red;background:url(http://e)}{x}",
    r"\hspace{</math><script>1</script>}",
    r"\rule{1em}{1em\" onclick=\"x}",
    r"\tag{<b>}",
    r"\label{<b>}",
    r"\unicode{x3c}script\unicode{x3e}",
    r"\begin{array}{c\" onclick=\"a}1\end{array}",
    r"\begin{matrix}<b>&</b>\end{matrix}",
    r"\def\x{<script>}\x",
    r"\htmlClass{a}{<b>}",
    r"\includegraphics{http://e/x.png}",
    r"\mathop{<iframe src=//e>}",
    r"\big<script\big>",
    r"\left<script\right>",
    r"a<b>c",
    r"&lt;b&gt;",
    "\\text{\ue0000\ue001}",
    r"\undefined{<b>",
)


@pytest.mark.parametrize("latex", HOSTILE_LATEX)
@pytest.mark.parametrize(
    "around", ["${}$", "$${}$$", '[a](b "${}$")', "![${}$](c)", "`${}$`", "# ${}$", "| ${}$ |\n|--|\n"]
)
def test_formula_of_a_statement_is_never_markup(latex: str, around: str):
    found = _Tags(statement_html(around.replace("{}", latex)))

    known = {
        "math",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mrow",
        "mtable",
        "mtr",
        "mtd",
        "mstyle",
        "mspace",
        "mpadded",
        "semantics",
    }
    known |= {"a", "p", "code", "h1", "table", "thead", "tbody", "tr", "th", "td"}
    looks = {"display", "xmlns", "mathvariant", "stretchy", "fence", "form", "width", "height", "depth", "voffset"}
    looks |= {"minsize", "maxsize", "displaystyle", "scriptlevel", "mathbackground", "columnalign", "title", "href"}
    assert found.tags <= known
    assert set(found.attributes) <= looks
    assert found.attributes.get("href", set()) <= {"b", "c"}
    assert found.attributes.get("mathbackground", set()) <= {"black"}


def test_text_of_a_formula_is_shown_as_it_was_written():
    html = statement_html(r"$x = \text{a < b \& c > d}$ and $\color{red}{y}$, **not** $\color{url(x)}{z}$")

    assert "a\xa0&lt;\xa0b" in html
    assert html.count("mathcolor") == 1


def test_page_of_a_statement_loads_nothing():
    html = statement_html("![a](http://example.org/x.png) <img src=x> [b](javascript:alert(1))")

    assert _Tags(html).tags == {"p", "a"}
    assert _Tags(html).attributes == {"href": {"http://example.org/x.png"}}


def test_letters_for_private_use_in_a_statement_do_no_harm():
    assert "5" in statement_html("\ue0005\ue001 and $x$ and \ue0000\ue001")
