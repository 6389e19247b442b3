"""Asks for both sides of a wrong answer along a variable, in a process that can be killed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.mathematics.worker import MEMORY, PATIENCE, SECONDS, START_SECONDS, Request, _Process

CURVES = "grader.mathematics.serving_curves"


class Drawer:
    """A killable process, started when the first curve is asked for; `close` ends it."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process = _Process(CURVES)

    def close(self) -> None:
        """End the process."""
        self._process.close()

    def curve(self, request: Request, witness: Sequence[tuple[str, str]]) -> dict[str, Any] | None:
        """Both sides along one variable through a witness, as plain data with the fields of `curves.Curve`.

        Returns:
            None where a drawing says no more than the witness, or takes too long.
        """
        data = {
            "student": request.student,
            "reference": request.reference,
            "symbols": None if request.symbols is None else dict(request.symbols),
            "syntax": request.syntax,
            "aliases": dict(request.aliases or {}),
            "along": [list(pair) for pair in witness],
            "seconds": self._seconds,
            "memory": self._memory,
        }
        starting = self._process.process is None or self._process.process.poll() is not None
        answer = self._process.ask(data, self._seconds * PATIENCE + (START_SECONDS if starting else 0.0))
        found: dict[str, Any] | None = None if isinstance(answer, str) else answer.get("curve")
        return found
