from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.execution import Limits, Worker
from grader.execution.calibrating import (
    Asked,
    Proposal,
    in_single_precision,
    merged,
    numbers,
    propose,
    replay,
    rounded_up,
    title_of,
    variations,
)
from grader.wire import Callback, Handle, Raised, Reply, Request, TensorArray

CODE = """
import numpy as np

def mean(x):
    return x.mean()

def noise(n):
    return np.random.rand(n)

def through(f, x):
    return f(x) + 1
"""


def asked(name: str, *arguments: object, **callbacks: object) -> Asked:
    return Asked("check", Request("call", name, arguments=arguments), dict(callbacks.get("callbacks", {})))  # type: ignore[call-overload]


def test_a_reference_runs_in_every_way() -> None:
    questions = [
        asked("mean", np.linspace(0, 1, 1001) / 3),
        asked("noise", 4),
        asked("through", Callback(1), 2.0, callbacks={1: lambda x: x * 10}),
    ]
    ways = variations(torch=False)

    with Worker((), isolation="L1") as worker:
        replies = {way.name: replay(worker, [CODE], questions, way, Limits()) for way in ways}

    mean, noise, through = (
        propose(question, {name: given[at] for name, given in replies.items()}) for at, question in enumerate(questions)
    )
    assert mean is not None
    assert 1e-8 <= mean.rtol <= 1e-5
    assert mean.worst == "single precision"
    assert noise is not None
    assert "random" in noise.note
    assert noise.band is not None
    assert through is not None
    assert (through.rtol, through.worst) == (1e-9, "")


def test_proposed_tolerances_hold_for_what_was_measured() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(size=50) * 10.0 ** rng.integers(-6, 3, size=50)
    got = truth + rng.normal(size=50) * 1e-7

    found = propose(asked("f"), {"exact": Reply(truth), "other": Reply(got)})

    assert found is not None
    assert np.all(np.abs(got - truth) <= found.atol + found.rtol * np.abs(truth))


@pytest.mark.parametrize("value", ["text", None, True, b"x", ["a"], {"a": None}])
def test_what_holds_no_numbers_needs_no_tolerance(value: object) -> None:
    assert propose(asked("f"), {"exact": Reply(value), "other": Reply(value)}) is None


def test_runs_that_give_nothing_are_named() -> None:
    found = propose(
        asked("f"),
        {
            "exact": Reply(np.ones(3)),
            "failing": Reply(raised=Raised("ValueError", "")),
            "short": Reply(np.ones(2)),
            "dead": None,
        },
    )

    assert found is not None
    assert found.note == "failing: no value; short: 2 numbers instead of 3; dead: no value"


def test_without_an_exact_run_there_is_no_proposal() -> None:
    found = propose(asked("f"), {"exact": None, "other": Reply(1.0)})

    assert found is not None
    assert found.note == "the most exact run gave no value"


def test_numbers_are_found_in_containers() -> None:
    value = {"a": [1, np.float32(2.5)], "b": (TensorArray(np.array([3.0]), "float64"), "text", True)}

    assert np.concatenate(list(numbers(value))).tolist() == [1, 2.5, 3]


def test_only_double_arrays_become_single() -> None:
    changed = in_single_precision([np.ones(2), np.arange(2), 1.5, {"x": (np.ones(1),)}])

    assert changed[0].dtype == np.float32
    assert changed[1].dtype == np.arange(2).dtype
    assert changed[2] == 1.5
    assert changed[3]["x"][0].dtype == np.float32


@given(st.floats(1e-12, 1e12))
def test_rounding_goes_up_to_a_round_number(number: float) -> None:
    rounded = rounded_up(number)

    assert number * (1 - 1e-9) <= rounded <= 2.5001 * number
    assert f"{rounded:.6e}"[0] in "125"


def test_requests_have_short_names() -> None:
    assert title_of(Request("call", "softmax")) == "softmax"
    assert title_of(Request("call", Handle(3, "main.Model"), "forward")) == "Model.forward"


def test_questions_of_one_kind_are_one_line() -> None:
    found = merged([Proposal("c", "f", 1e-6, 0.0, "a", "x"), Proposal("c", "f", 1e-5, 1.0, "b", "x")])

    assert found == [Proposal("c", "f", 1e-5, 1.0, "b", "x")]
