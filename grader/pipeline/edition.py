"""Digests of grader's own files, by which kept pages and comparisons are told from those of another edition."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import grader
from grader.pipeline.keys import version_of

PAGES = (
    *("rendering", "result.py", "summary.py", "scoring.py", "reviewing.py", "statistics.py"),
    *("pipeline/summarising.py", "pipeline/reports.py", "pipeline/settling.py", "pipeline/grouping.py"),
)
LIBRARIES = ("jinja2", "latex2mathml", "markdown-it-py", "markupsafe", "pillow")


@cache
def pages_edition() -> str:
    """Changes whenever a page could look different: with a template, the style, a translation, or a library."""
    return _digest(*PAGES, extra=" ".join(f"{name} {version_of(name)}" for name in LIBRARIES))


@cache
def mathematics_edition() -> str:
    """Changes whenever a comparison of two formulas could come out differently."""
    return _digest("mathematics", extra=f"python-flint {version_of('python-flint')} sympy {version_of('sympy')}")


def _digest(*parts: str, extra: str) -> str:
    root = Path(grader.__file__).parent
    digest = hashlib.sha256(extra.encode())
    for part in parts:
        place = root / part
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:32]
