from __future__ import annotations

import pytest

from grader.mathematics.comparing import compare
from grader.mathematics.kinds import declare
from grader.mathematics.reading import read
from grader.mathematics.reading.inferring import infer

FIELD = {
    "K": "sequence positive-integer",
    "S": "sequence positive-integer",
    "W": "sequence positive-integer",
    "l": "index",
}
ASKED = r"W^{(l-1)}=S^{(l)}(W^{(l)}-1)+K^{(l)}"


@pytest.mark.parametrize(
    ("student", "verdict"),
    [
        (r"W^{(l)}=S^{(l+1)}(W^{(l+1)}-1)+K^{(l+1)}", "equal"),
        (r"W^{(l-2)}=S^{(l-1)}W^{(l-1)}+K^{(l-1)}-S^{(l-1)}", "equal"),
        (r"W^{(l)}=S^{(l)}(W^{(l+1)}-1)+K^{(l+1)}", "different"),
        (r"W^{(l)}=S^{(l+1)}W^{(l+1)}+K^{(l+1)}", "different"),
    ],
)
def test_an_equation_between_members_may_be_written_for_the_next_one(student: str, verdict: str) -> None:
    declaration = declare(FIELD)

    found = compare(read(student, declaration).node, read(ASKED, declaration).node, declaration)

    assert found.verdict == verdict


@pytest.mark.parametrize(
    ("student", "reference", "verdict"),
    [
        ("a_{n+1}=a_n+n+1", "a_n=a_{n-1}+n", "equal"),
        ("a_{n+1}=a_n+n", "a_n=a_{n-1}+n", "different"),
        (r"x_{t+1}=x_t-\eta g_t", r"x_t=x_{t-1}-\eta g_{t-1}", "equal"),
        (r"x_{t+1}=x_t-\eta g_t", r"x_t=x_{t-1}-\eta g_t", "different"),
        (r"m_t=\beta m_{t-1}+(1-\beta)g_t", r"m_{t+1}=\beta m_t+(1-\beta)g_{t+1}", "equal"),
        (r"m_t=\beta m_{t-1}+g_{t,i}", r"m_{t+1}=\beta m_t+g_{t,i}", "different"),
        (r"m_t=\beta m_{t-1}+\hat g_t", r"m_{t+1}=\beta m_t+\hat g_t", "different"),
        (r"m_t=m_{t-1}+g^{(t)}", r"m_{t+1}=m_t+g^{(t)}", "different"),
        (r"x_{t+1}=x_t+\beta^{t+1}", r"x_t=x_{t-1}+\beta^t", "equal"),
        (r"x_{t+1}=x_t+\beta^t", r"x_t=x_{t-1}+\beta^t", "different"),
    ],
)
def test_names_that_carry_the_index_are_shifted_with_it_or_nothing_is(
    student: str, reference: str, verdict: str
) -> None:
    declaration = infer([student, reference])

    found = compare(read(student, declaration).node, read(reference, declaration).node, declaration)

    assert found.verdict == verdict
