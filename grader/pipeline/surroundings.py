"""What a worker of a problem set is started with: its level, its limits, what is imported ahead, how many threads."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from grader.errors import EnvironmentFault
from grader.execution import Limits
from grader.kernel.policy import LEVELS, Level
from grader.loading.importing import imported_modules
from grader.loading.references import Reference
from grader.problem import ProblemSet

PRELOAD = ("numpy", "torch", "sympy")
PRELOAD_WHERE_USED = ("pandas", "matplotlib.pyplot")


def use_one_thread() -> None:
    """Have checks compute in one thread: what they compute is small, and each core has a worker and a student."""
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(1)


def worth_preloading(problem_set: ProblemSet, known: Mapping[str, Reference]) -> tuple[str, ...]:
    """What nearly every notebook imports, and what else those of this set are known to."""
    solutions = (cell.source for reference in known.values() for cell in reference.solution.cells)
    found = imported_modules([*(problem.setup for problem in problem_set.problems.values()), *solutions])
    return (*PRELOAD, *(name for name in PRELOAD_WHERE_USED if name in found))


def known_level(word: str) -> Level:
    """An isolation level by its name.

    Raises:
        EnvironmentFault: naming the known levels.
    """
    for level in LEVELS:
        if word == level:
            return level
    raise EnvironmentFault(f"unknown isolation level {word!r}; known are {', '.join(LEVELS)}")


def limits_of(described: Mapping[str, Any]) -> Limits:
    """The limits of a set: ours, with those that its ``set.toml`` names in their place.

    Raises:
        EnvironmentFault: when it names a limit that there is not, listing those there are.
    """
    settings = described.get("limits", {})
    if not isinstance(settings, Mapping) or not settings:
        return Limits()
    known = {field.name: field.type for field in fields(Limits)}
    unknown = [name for name in settings if name not in known]
    if unknown:
        raise EnvironmentFault(f"set.toml names the limit {unknown[0]!r}; known are {', '.join(known)}")
    changed: dict[str, Any] = {
        name: float(value) if "seconds" in name else int(value) for name, value in settings.items()
    }
    return Limits(**changed)
