"""Answers within sentences: every row of docs/sentences.md, and what words must never do."""

from __future__ import annotations

import itertools
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.mathematics.kinds import declare
from grader.mathematics.printing import to_text
from grader.mathematics.reading import Reading, Refusal, infer, read
from grader.mathematics.reading.remarks import without_hyphens, without_remarks, without_words
from grader.mathematics.reading.sentences import answer_of_sentence
from grader.mathematics.reading.stretches import stretches

PAGE = Path(__file__).parent.parent / "docs" / "sentences.md"
NAMES = frozenset("xynp")


def _rows(last: str) -> list[tuple[str, str]]:
    rows, wanted = [], False
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if not line.startswith("|") or line.startswith("|---"):
            continue
        if cells[0] == "you write":
            wanted = cells[1] == last
        elif wanted:
            rows.append((cells[0].strip("`"), cells[1].strip("`")))
    return rows


@pytest.mark.parametrize(("text", "wanted"), _rows("is read as"))
def test_a_sentence_answers_as_the_page_says(text: str, wanted: str) -> None:
    found = read(text, None)

    assert isinstance(found, Reading), str(found)
    assert to_text(found.node) == wanted


@pytest.mark.parametrize("text", [text for text, _ in _rows("refused")])
def test_words_that_change_what_is_said_are_refused(text: str) -> None:
    found = read(text, None)

    assert isinstance(found, Refusal), to_text(found.node)


def test_the_page_has_rows_of_both_sorts() -> None:
    assert len(_rows("is read as")) > 10
    assert len(_rows("refused")) > 10


@pytest.mark.parametrize("text", ["2 (rate) + 3 (rate)", "2 (alpha)", "x (sin)", "P (at least one)", "x (y + 1)"])
def test_a_bracket_of_names_is_no_remark(text: str) -> None:
    assert without_remarks(text, {"rate", "x", "y"}.__contains__) == text


def test_a_declared_name_in_a_bracket_stays_a_factor() -> None:
    symbols = declare({"weights": "real", "grads": "real"})
    found = read("2 (weights) + 2 (grads)", symbols)

    assert isinstance(found, Reading), str(found)
    assert to_text(found.node) == "2*weights + 2*grads"


def test_a_word_that_another_text_has_is_a_name() -> None:
    texts = ["2 (rate) + 3 (price)", "2 rate + 3 price"]

    assert without_words(texts[0], texts, 0) == texts[0]
    assert without_words(texts[0], [texts[0], "5"], 0).split() == ["2", "+", "3"]


def test_a_difference_of_declared_names_is_no_label() -> None:
    assert without_hyphens("rate-cost = 3", {"rate", "cost"}.__contains__) == "rate-cost = 3"
    assert without_hyphens("alpha-beta = 3", NAMES.__contains__) == "alpha-beta = 3"
    assert without_hyphens("log-odds = 3", NAMES.__contains__) == "           3"


def test_formulas_are_what_is_between_words() -> None:
    text = "the mean of x is n p, because xy is even"

    assert [text[start:end] for start, end in stretches(text, NAMES.__contains__)] == ["x", "n p", "xy"]


@given(st.text(alphabet="abx 2.,()[]=+<-is so$\n²θ", max_size=60))
def test_any_text_has_stretches_within_it(text: str) -> None:
    found = stretches(text, NAMES.__contains__)

    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(found))
    assert len(without_remarks(text, NAMES.__contains__)) == len(text)
    choice = answer_of_sentence(text, NAMES.__contains__)
    assert choice is None or len(choice.shown) == len(text)


@given(
    st.sampled_from(["not", "at most", "at least", "less than", "more than", "half of", "twice", "never", "unlike"]),
    st.sampled_from(["x/2", "n(n-1)", "2p + 1", "x**2 - y"]),
)
def test_a_word_that_changes_the_value_before_it_is_never_dropped(word: str, formula: str) -> None:
    symbols = declare(dict.fromkeys("xynp", "real"))
    for text in (f"the answer is {word} {formula}", f"we need {word} {formula} samples", f"{word} {formula}"):
        found = read(text, symbols)
        assert isinstance(found, Refusal) or to_text(found.node) not in {"x/2", "n*(n - 1)", "2*p + 1", "x**2 - y"}


@pytest.mark.parametrize("part", ["the mean is x so ", "so x is since ", "2 (weights) + ", "x because x ", "$x$ is "])
def test_long_texts_are_answered_soon(part: str) -> None:
    text = part * (4000 // len(part))
    started = time.process_time()
    read(text, infer([text]))

    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    "text",
    [
        r"Optimizing over $t$ gives $t = a/b$ and therefore P ≤ exp(−a²/(2b))",
        r"The projection matrix is $P = a b$, thus tr(P) = a",
        r"Plugging in $a = 2$ we get 3a/b",
    ],
)
def test_a_conclusion_without_dollars_behind_a_marked_formula_is_not_passed_over(text: str) -> None:
    assert isinstance(read(text, infer([text])), Refusal)


@pytest.mark.parametrize(
    "text",
    [
        "depends on $n$",
        "increases with $n$",
        "$n$ each, for $m$ of them",
        "$n$, doubled",
        "The cost is $2n$ for each of the $m$ rows",
        "The loss is $x^2$ averaged over $n$ samples",
        "$x^2$, summed over i",
        "$x^2$ scaled by 2",
        "$x^2$ evaluated at 3",
        "the answer is $x$ truncated",
        "the answer is $x$ with the opposite sign",
        "$x$ in binary",
        "$1.2$ million parameters",
        "the gradient of the loss $x^2$",
        "suppose the answer is $x$; this leads to a contradiction",
        "the answer is x with the opposite sign",
        "The cost is 2n for each of the rows",
    ],
)
def test_words_that_do_not_give_a_value_are_refused(text: str) -> None:
    assert isinstance(read(text, infer([text])), Refusal)


def test_a_paragraph_above_or_below_says_nothing_of_a_formula_by_itself() -> None:
    text = "**Answer `rate`**: a formula in `a`, `b`\n\n$$\\frac{a}{b}$$\n\nscaled by nothing"
    found = read(text, infer([text]))
    assert isinstance(found, Reading)
    assert to_text(found.node) == "a/b"
