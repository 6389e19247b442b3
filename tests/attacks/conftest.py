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
    """A module's ``ROWS`` are each faced, at every level if the module says ``EVERY_LEVEL``."""
    if "arena" in metafunc.fixturenames:
        every = getattr(metafunc.module, "EVERY_LEVEL", False)
        metafunc.parametrize("arena", LEVELS if every else LEVELS[:1], indirect=True, scope="session")
    if "attack" in metafunc.fixturenames:
        rows: list[Attack] = metafunc.module.ROWS
        metafunc.parametrize("attack", rows, ids=[f"{row.row}-{row.does.replace(' ', '_')}" for row in rows])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Rows that do not depend on the level are faced at one, and all tests of a level stand together."""
    kept, left = [], []
    for item in items:
        parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        once = getattr(getattr(item, "module", None), "AT_ONE_LEVEL", frozenset())
        attack, level = parameters.get("attack"), parameters.get("arena")
        needless = attack is not None and attack.row in once and (level != LEVELS[0] or ONLY_EVERYWHERE)
        (left if needless else kept).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


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
