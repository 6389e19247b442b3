"""What all tests share: in CI, a test that is skipped for another reason than a missing GPU is a failure."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# a shared machine may be slow for a moment; that is no fault of what is tested
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

# the tests that the sample classes of all sets share stand there, and shall say as much when they fail
pytest.register_assert_rewrite("tests.sample_classes")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if (
        report.skipped
        and os.environ.get("CI")
        and not item.get_closest_marker("gpu")
        and not hasattr(report, "wasxfail")
    ):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where only GPU tests may be: {report.longrepr}"
    return report


ALONE = ("attacks/", "test_sandbox.py", "test_survival.py", "test_watchdog.py", "test_isolation.py")
"""Tests that count processes, memory and what is left on the machine; nothing else may run beside them."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what must run alone: ``-m "not alone"`` side by side first, then ``-m alone``."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here) and item.path.relative_to(here).as_posix().startswith(ALONE):
            item.add_marker("alone")


def pytest_make_parametrize_id(val: object) -> str | None:
    """An id that is the same in every process: an address in it would keep tests from being run side by side."""
    return type(val).__name__ if " at 0x" in repr(val) else None
