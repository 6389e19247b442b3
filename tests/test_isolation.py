"""A batch gets the isolation that it needs, measured, or a refusal that says what fails and how to get it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from grader.errors import EnvironmentFault
from grader.execution import advice, isolation, selftest
from grader.execution.isolation import Isolation
from grader.execution.limits import Limits
from grader.execution.selftest import GUARANTEES, Guarantee, SelfTest
from grader.execution.worker import Worker
from grader.kernel.policy import Level

LIMITS = Limits(memory_bytes=512 << 20, processes=40, files_bytes=16 << 20)
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has these levels")


def measured(level: str | None, *broken: str) -> SelfTest:
    guarantees = tuple(Guarantee(name, name not in broken, "reached: /etc/shadow") for name in GUARANTEES)
    return SelfTest(level, level or "L3", guarantees, {}, 0.1)


@pytest.fixture(scope="module", params=["L3", "L2", "L1"])
def tested(request: pytest.FixtureRequest) -> Iterator[SelfTest]:
    reasons = isolation.available()
    if reasons[request.param]:
        pytest.skip(reasons[request.param])
    with Worker(preload=(), isolation=request.param, limits=LIMITS) as worker:
        held = selftest.Limits(LIMITS.memory_bytes, LIMITS.processes, LIMITS.files_bytes)
        yield selftest.measure(worker.kernel, held, lambda kernel: kernel.pid, watched=True)


@linux
def test_the_self_test_measures_the_level_that_was_asked_for(tested: SelfTest) -> None:
    assert tested.level == tested.mechanism
    assert tested.broken(tested.mechanism) == []


@linux
def test_the_self_test_sees_what_limits_alone_do_not_hold(tested: SelfTest) -> None:
    held = {guarantee.name for guarantee in tested.guarantees if guarantee.holds}

    if tested.mechanism == "L1":
        assert not held & {"files", "network", "processes"}
    else:
        assert held >= {"files", "network", "processes", "survivors", "environment"}


@linux
def test_the_record_is_plain_data(tested: SelfTest) -> None:
    record = json.loads(json.dumps(tested.record()))

    assert record["level"] == tested.level
    assert {entry["name"] for entry in record["self_test"]} == set(GUARANTEES)


def only(*levels: Level) -> Callable[[Level], Worker]:
    """What starts workers where only these levels can be had."""

    def make(level: Level) -> Worker:
        if level not in levels:
            raise EnvironmentFault(advice.refusal(level, {level: "make namespaces: Operation not permitted"}))
        return cast("Worker", level)

    return make


def test_the_best_level_that_can_be_had_is_used() -> None:
    assert isolation.start_worker("L1", only("L3", "L2", "L1")) == ("L3", Isolation("L3", "L1"))
    assert isolation.start_worker("L2", only("L2", "L1"))[0] == "L2"


def test_why_a_better_level_is_missing_is_kept() -> None:
    _, decision = isolation.start_worker("L1", only("L1"))

    assert set(decision.missing) == {"L3", "L2"}
    assert "Operation not permitted" in decision.missing["L3"]


def test_below_the_least_level_nothing_is_started() -> None:
    with pytest.raises(EnvironmentFault) as refused:
        isolation.start_worker("L3", only("L2", "L1"))

    words = str(refused.value)
    assert words.startswith("isolation not available: L3 (namespaces: a world of its own) fails: make namespaces")
    assert "docker run --privileged" in words
    assert words.endswith("to accept less, name it: --isolation L2")


WITHOUT_NAMESPACES = """
import json, sys
sys.path.insert(0, sys.argv[1])
from kernel import seccomp
seccomp.allow_no_new_privileges()
seccomp.install(seccomp.program(sockets=True))
from kernel.confine import available
print(json.dumps(available()))
"""


@linux
def test_a_container_without_namespaces_has_landlock_and_says_what_fails() -> None:
    """As in Docker's default profile: unshare is refused."""
    grader = Path(isolation.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-I", "-c", WITHOUT_NAMESPACES, str(grader)], capture_output=True, text=True, check=True
    )
    reasons = json.loads(done.stdout)

    assert "namespace" in reasons["L3"]
    assert "Operation not permitted" in reasons["L3"]
    assert reasons["L2"] == ""
    assert reasons["L1"] == ""


@pytest.mark.parametrize(
    ("reason", "way"),
    [
        ("make namespaces: Operation not permitted", "--privileged --network none"),
        ("make a user namespace: No space left on device", "sudo"),
        ("Landlock is not available in this kernel", "5.13"),
        ("make namespaces: only Linux has them", "--privileged"),
        ("no system-call filter is known for the processor riscv64", "x86_64"),
        ("something else", "grader doctor"),
    ],
)
def test_every_failing_step_has_an_advice(reason: str, way: str) -> None:
    assert way in advice.fix_for(reason)


def test_a_broken_guarantee_stops_the_batch() -> None:
    with pytest.raises(EnvironmentFault) as refused:
        isolation.confirm(Isolation("L3", "L3"), measured("L2", "memory"))

    assert "the memory of all its processes together is bounded (reached: /etc/shadow)" in str(refused.value)
    assert "run as root" in str(refused.value)


def test_a_broken_guarantee_that_the_level_does_not_promise_stops_nothing() -> None:
    test = measured("L2", "memory", "disk")

    assert isolation.confirm(Isolation("L2", "L2"), test) is test


def test_a_self_test_that_does_not_run_is_our_fault() -> None:
    class Silent:
        isolation: dict[str, str] = {}  # noqa: RUF012 - a stand-in
        pid = 1

        def run(self, _cells: object) -> object:
            raise EnvironmentFault("no kernel")

        def ask(self, *_: object, **__: object) -> object:
            raise NotImplementedError

        def close(self, *, wait: bool) -> None:
            self.pid = 0

    kernel = Silent()

    with pytest.raises(EnvironmentFault, match="no kernel"):
        selftest.measure(lambda: kernel, selftest.Limits(1, 1, 1), lambda _kernel: 1)  # type: ignore[type-var,return-value]

    assert kernel.pid == 0


@linux
def test_doctor_prints_every_level_and_every_guarantee() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "grader", "doctor", "--json"], capture_output=True, text=True, check=False
    )
    found = json.loads(done.stdout)

    assert done.returncode == (0 if found["level"] == "L3" else 3)
    assert set(found["levels"]) == {"L3", "L2", "L1"}
    assert {entry["name"] for entry in found["isolation"]["self_test"]} == set(GUARANTEES)


@linux
def test_doctor_says_when_only_less_is_possible() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "grader", "doctor", "--level", "L1"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 3
    assert "measured: L1" in done.stdout
    assert "NO" in done.stdout
