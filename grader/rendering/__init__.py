"""Turns recorded results into pages: everything a student wrote is escaped, nothing is executed."""

import importlib
from collections.abc import Callable

from grader.rendering.insight import ClassInsight, file_name
from grader.rendering.spreadsheet import grades_csv

__all__ = ["ClassInsight", "file_name", "grades_csv", "render_class", "render_submission"]


def __getattr__(name: str) -> Callable[..., str]:
    """The pages' own module, loaded when the first page is drawn: where nothing has changed, none is."""
    if name in ("render_class", "render_submission"):
        draw: Callable[..., str] = getattr(importlib.import_module("grader.rendering.pages"), name)
        return draw
    raise AttributeError(name)
