"""Tries each level of isolation in a small process of its own and says as JSON which can be had."""

from __future__ import annotations

import json
import sys

from .confine import available


def main(_arguments: list[str]) -> None:
    """Print, by level, an empty text or the step that fails."""
    json.dump(available(), sys.stdout)
