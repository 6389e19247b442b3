"""The arenas in which attacks are graded; a run as an ordinary user names its levels in the environment."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.execution import isolation
from tests.attacks.arena import POINTS, Arena, Attack, make_course, open_arena, points, words_of

LEVELS = tuple(os.environ.get("GRADER_ATTACK_LEVELS", "L3,L2").split(","))
ONLY_EVERYWHERE = "GRADER_ATTACK_ONLY_EVERYWHERE" in os.environ
"""Leave out what does not depend on the level, where another run has it."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module's ``ROWS`` are each faced: at every level if it says ``EVERY_LEVEL``, save those in ``AT_ONE_LEVEL``."""
    module = metafunc.module
    every = getattr(module, "EVERY_LEVEL", False)
    levels = LEVELS if every else LEVELS[:1]
    if "attack" in metafunc.fixturenames:
        once = getattr(module, "AT_ONE_LEVEL", frozenset())
        rows: list[Attack] = module.ROWS
        pairs = [
            pytest.param(level, row, id=f"{level}-{row.row}-{row.does.replace(' ', '_')}")
            for level in levels
            for row in rows
            if row.row not in once or (level == levels[0] and not ONLY_EVERYWHERE)
        ]
        metafunc.parametrize(("arena", "attack"), pairs, indirect=["arena"], scope="session")
    elif "arena" in metafunc.fixturenames:
        metafunc.parametrize("arena", levels, indirect=True, scope="session")


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_course(tmp_path_factory.mktemp("course"))
    for folder in (root, *root.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)  # only the sandbox, and no permission, shall stand before it
    return root


@pytest.fixture(scope="session")
def arena(request: pytest.FixtureRequest, course: Path) -> Iterator[Arena]:
    if sys.platform != "linux":
        pytest.skip("the levels that keep secrets are Linux's")
    reason = isolation.available()[request.param]
    if reason:
        pytest.skip(f"{request.param} is not available here: {reason}")
    with open_arena(course, request.param) as opened:
        yield opened


@pytest.fixture(autouse=True)
def neighbour(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each attack an honest submission, which is also the one before the next: it keeps full marks."""
    yield
    if "arena" in request.fixturenames:
        honest = request.getfixturevalue("arena").honest()
        assert points(honest) == POINTS, words_of(honest)
