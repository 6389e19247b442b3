"""Reads what the grader tells a process before any student's code: plain JSON, from a trusted sender."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.kernel.policy import Policy


def read_policy(settings: Mapping[str, Any]) -> Policy:
    """A sandbox's policy from JSON, which has lists where it has tuples."""
    plain: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()
    }
    return Policy(**plain)
