"""Whether two answers of a class are mathematically equal; each pair of texts is compared once, and then known."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from grader.pipeline.edition import mathematics_edition
from grader.recording.ledger import Ledger
from grader.result import SetDescription


class Equalities:
    """Compares answers of one set; use it in a ``with``, at whose end a ledger keeps what was found.

    Nothing is read, loaded or started before a pair comes up that needs it: mostly none does.
    """

    def __init__(self, description: SetDescription | None, ledger: Ledger | None = None) -> None:
        self._symbols = {
            (problem.problem, answer): symbols
            for problem in (description.problems if description else ())
            for answer, symbols in problem.symbols.items()
        }
        self._ledger = ledger
        self._worker: Any = None
        self._comparer: Any = None
        self._known: dict[str, bool | None] | None = None
        self._before = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._comparer is not None:
            self._comparer.close()
        if self._ledger is not None and self._known is not None and len(self._known) > self._before:
            self._ledger.keep_comparisons(mathematics_edition(), self._known)

    def _kept(self) -> dict[str, bool | None]:
        """What is known of earlier pairs."""
        if self._known is None:
            self._known = self._ledger.comparisons(mathematics_edition()) if self._ledger else {}
            self._before = len(self._known)
        return self._known

    def _compared(self, one: str, other: str, symbols: Mapping[str, str]) -> bool | None:
        if self._comparer is None:
            self._worker = importlib.import_module("grader.mathematics.worker")
            self._comparer = self._worker.Comparer()
        verdict = self._comparer.compare(self._worker.Request(one, other, symbols, diagnose=False)).verdict
        return None if verdict.verdict == "undecided" else bool(verdict.equal)

    def same(self, problem: str, answer: str, one: str, other: str) -> bool:
        """Whether two texts for an answer are equal wherever both are defined; not if that cannot be decided."""
        if one == other:
            return True
        symbols = self._symbols.get((problem, answer))
        if symbols is None:
            return False
        one, other = sorted((one, other))
        key = "\0".join((one, other, *(f"{name}:{kind}" for name, kind in symbols.items())))
        known = self._kept()
        if key not in known:
            known[key] = self._compared(one, other, symbols)
        return bool(known[key])
