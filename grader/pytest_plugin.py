"""A pytest plugin that collects problem sets: ``pytest problems/`` tests everything their authors wrote."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A problem set's ``set.toml`` below a folder named ``problems``."""
    if file_path.name != "set.toml" or file_path.parent.parent.name != "problems":
        return None
    # imported here, since every pytest run of the environment loads this plugin, and most need no kernel
    collecting = importlib.import_module("grader.pipeline.collecting")
    collector: pytest.Collector = collecting.SetFile.from_parent(parent, path=file_path)
    return collector
