"""Every pair of texts gets an answer, whatever it costs, and a limit that is reached is one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.mathematics.verdict import MODES
from grader.mathematics.worker import Comparer, Request


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader.cli.compare", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def comparer() -> Iterator[Comparer]:
    with Comparer() as one:
        yield one


def test_a_pair_is_compared_in_another_process(comparer: Comparer):
    comparison = comparer.compare(Request(r"\frac12 d\sigma^2", "d*sigma^2/2", {"d": "real", "sigma": "positive"}))

    assert comparison.verdict.verdict == "equal"
    assert comparison.student_latex


def test_a_wrong_answer_comes_back_with_its_witness(comparer: Comparer):
    comparison = comparer.compare(Request("d", "2*d", {"d": "positive-integer"}))

    assert comparison.verdict.verdict == "different"
    assert comparison.verdict.witness is not None
    assert comparison.verdict.witness.values[0][0] == "d"


def test_an_unreadable_answer_is_neither_right_nor_wrong(comparer: Comparer):
    comparison = comparer.compare(Request("__import__('os')", "x", {"x": "real"}))

    assert comparison.verdict.verdict == "unreadable"


@pytest.mark.parametrize(
    "student",
    [
        "9**9**9**9",
        "((9!)!)!",
        r"\sum_{i=1}^{10^9} \sin i",
        r"\prod_{i=1}^{10000000} i",
        "10^{10^{10}}",
        "binomial(10^8, 5*10^7)",
    ],
)
def test_a_number_too_large_is_answered_at_once(comparer: Comparer, student: str):
    comparison = comparer.compare(Request(student, "1", None))

    assert comparison.verdict.verdict in ("different", "undecided")
    assert comparison.cpu_seconds < 0.5


def test_a_process_that_runs_too_long_is_killed_and_the_next_pair_is_answered():
    slow = Request(r"\sum_{i=1}^{4000} \sin(x i)", r"\sum_{j=1}^{4000} 2 \sin(j x / 2) \cos(j x / 2)", {"x": "real"})
    with Comparer(seconds=0.2, simplify=False) as comparer:
        first = comparer.compare(slow)
        second = comparer.compare(Request("x", "x", {"x": "real"}))

    assert (first.verdict.verdict, first.verdict.reason) == ("undecided", "the time limit was reached")
    assert second.verdict.verdict == "equal"


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (r"\sum_{n=1}^\infty 1/n^2", r"\pi^2/6", "equal"),
        (r"\sum_{n=1}^\infty 1/n^2", r"\pi^2/7", "different"),
        (r"\int_{-\infty}^\infty e^{-x^2} dx", r"\sqrt\pi", "equal"),
        (r"\int_{-\infty}^\infty e^{-x^2} dx", r"\sqrt{2\pi}", "different"),
        (r"\lim_{x\to 0} \frac{\sin x}{x}", "1", "equal"),
        (r"\lim_{n\to\infty} (1 + 2/n)^n", "e", "different"),
    ],
)
def test_what_has_no_end_is_decided_in_closed_form(comparer: Comparer, student: str, reference: str, expected: str):
    assert comparer.compare(Request(student, reference, None)).verdict.verdict == expected


def test_an_antiderivative_is_right_up_to_a_constant(comparer: Comparer):
    request = Request(r"\int x^2 dx", "x^3/3", {"x": "real"}, "up-to-additive-constant")

    assert comparer.compare(request).verdict.verdict == "equal"


def test_the_command_prints_reading_verdict_and_witness():
    arguments = ["Var[y] = d sigma^2", r"\frac12 d\sigma^2", "--symbols", "d=positive-integer,sigma=positive"]

    result = run_command(*arguments)

    assert result.returncode == 1
    assert "verdict:   different" in result.stdout
    assert "witness:   d = " in result.stdout


def test_an_answer_may_begin_with_a_minus():
    assert run_command("-x", "-1*x").returncode == 0
    assert "unexpected extra" in run_command("x", "x", "--symbls", "x=real").stderr


def test_the_command_lists_the_modes():
    result = run_command("--modes")

    assert [line.split()[0] for line in result.stdout.splitlines()] == list(MODES)


def test_a_file_of_pairs_is_answered_line_by_line(tmp_path: Path):
    lines = [
        {"id": "a", "student": "x+x", "reference": "2x", "symbols": {"x": "real"}, "mode": "exact", "syntax": "auto"},
        {"id": "b", "student": "x", "reference": "2x", "symbols": None},
        {"id": "c", "student": "x", "reference": "2x", "symbols": {"x": "wreal"}},
        {"id": "d", "student": "x"},
        {"id": "e", "student": "0.33", "reference": "1/3", "symbols": None, "mode": "digits:2"},
        {"id": "f", "student": "I don't know", "reference": "x", "symbols": {"x": "real"}},
    ]
    pairs, out = tmp_path / "pairs.jsonl", tmp_path / "out.jsonl"
    pairs.write_text("\n".join([*map(json.dumps, lines), "not json"]))

    result = run_command("--pairs", str(pairs), "--out", str(out))

    assert result.returncode == 0
    answers = [json.loads(line) for line in out.read_text().splitlines()]
    assert [one["id"] for one in answers] == ["a", "b", "c", "d", "e", "f", None]
    verdicts = [one["verdict"] for one in answers]
    assert verdicts == ["equal", "different", "undecided", "undecided", "equal", "unreadable", "undecided"]
    assert set(answers[0]) >= {"id", "verdict", "reason", "witness", "reading", "layer", "cpu_ms"}
    assert "unknown kind 'wreal'" in answers[2]["reason"]
    assert "'reference' is missing" in answers[3]["reason"]
