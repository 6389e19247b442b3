"""Whether two answers of a class are mathematically equal; each pair of texts is compared once, and then known."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from grader.mathematics.worker import Comparer, Request
from grader.pipeline.edition import mathematics_edition
from grader.recording.ledger import Ledger
from grader.result import SetDescription


class Equalities:
    """Compares answers of one set; use it in a ``with``, at whose end a ledger keeps what was found.

    No process is started before a pair comes up that is not known.
    """

    def __init__(self, description: SetDescription | None, ledger: Ledger | None = None) -> None:
        self._symbols = {
            (problem.problem, answer): symbols
            for problem in (description.problems if description else ())
            for answer, symbols in problem.symbols.items()
        }
        self._ledger = ledger
        self._comparer = Comparer()
        self._known = ledger.comparisons(mathematics_edition()) if ledger else {}
        self._before = len(self._known)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._comparer.close()
        if self._ledger is not None and len(self._known) > self._before:
            self._ledger.keep_comparisons(mathematics_edition(), self._known)

    def same(self, problem: str, answer: str, one: str, other: str) -> bool:
        """Whether two texts for an answer are equal wherever both are defined; not if that cannot be decided."""
        if one == other:
            return True
        symbols = self._symbols.get((problem, answer))
        if symbols is None:
            return False
        one, other = sorted((one, other))
        key = "\0".join((one, other, *(f"{name}:{kind}" for name, kind in symbols.items())))
        if key not in self._known:
            verdict = self._comparer.compare(Request(one, other, symbols, diagnose=False)).verdict
            self._known[key] = None if verdict.verdict == "undecided" else verdict.equal
        return bool(self._known[key])
