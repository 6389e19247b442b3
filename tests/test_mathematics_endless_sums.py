"""Sums without end of members of which nothing is known."""

from __future__ import annotations

import pytest

from tests.deciding import undeclared


@pytest.mark.parametrize(
    ("student", "reference", "expected"),
    [
        (
            r"(1-\lambda)\sum_{n=0}^\infty\lambda^nG_{t:t+n+1}",
            r"(1-\lambda)\sum_{n=1}^\infty\lambda^{n-1}G_{t:t+n}",
            "equal",
        ),
        (
            r"(1-\lambda)\sum_{n=1}^\infty\lambda^nG_{t:t+n}",
            r"(1-\lambda)\sum_{n=1}^\infty\lambda^{n-1}G_{t:t+n}",
            "undecided",
        ),
        (r"\sum_{k=0}^\infty\gamma^kr_{t+k+1}", r"\sum_{k=1}^\infty\gamma^{k-1}r_{t+k}", "equal"),
        (r"\sum_{k=0}^\infty\gamma^kr_{t+k+1}", r"\sum_{k=1}^\infty\gamma^kr_{t+k}", "different"),
        (r"\sum_{k=3}^\infty a_k", r"\sum_{k=4}^\infty a_k", "different"),
    ],
)
def test_sums_of_the_same_terms_are_the_same(student: str, reference: str, expected: str) -> None:
    assert undeclared(student, reference)["verdict"] == expected
