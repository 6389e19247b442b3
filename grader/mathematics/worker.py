"""Compares texts in processes that can be killed: a limit that is reached is an answer, and no pair is ever lost."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader.mathematics.verdict import Comparison, Diagnosis, Verdict, Witness

SECONDS = 2.0
MEMORY = 1 << 30
PATIENCE = 10.0
"""How many times the limit of processor time may pass on the clock, on a machine that is busy with other work."""

START_SECONDS = 60.0
DECIDING = "grader.mathematics.serving"
SIMPLIFYING = "grader.mathematics.serving_closed"


@dataclass(frozen=True)
class Request:
    """Two texts to be compared; ``symbols`` maps names to kinds as text, None infers them from the texts."""

    student: str
    reference: str
    symbols: Mapping[str, str] | None
    mode: str = "exact"
    syntax: str = "auto"
    aliases: Mapping[str, str] | None = None
    seed: int = 0
    diagnose: bool = True


class _Process:
    """One serving process, started when first asked and again after it was killed."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.process: subprocess.Popen[bytes] | None = None
        self.rest = b""

    def ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any] | str:
        """The answer, or the words for the limit that was reached."""
        process = self._running()
        if process.stdin is None or process.stdout is None:
            return "the comparing process did not start"
        line = json.dumps(request).encode() + b"\n"
        try:
            process.stdin.write(line)
            process.stdin.flush()
        except BrokenPipeError:
            self.close()
            return "the comparing process ended"
        return self._answer(process, time.monotonic() + seconds)

    def _answer(self, process: subprocess.Popen[bytes], until: float) -> dict[str, Any] | str:
        source = -1 if process.stdout is None else process.stdout.fileno()
        while b"\n" not in self.rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([source], [], [], left)[0]:
                self.close()
                return "the time limit was reached"
            chunk = os.read(source, 1 << 16)
            if not chunk:
                return self._ended(process)
            self.rest += chunk
        line, _, self.rest = self.rest.partition(b"\n")
        found: dict[str, Any] = json.loads(line)
        return found

    def _ended(self, process: subprocess.Popen[bytes]) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
        status = process.returncode
        self.close()
        if status in (-24, -9):
            return "the time limit was reached"
        return "the memory limit was reached" if status < 0 else "the comparing process failed"

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None or self.process.poll() is not None:
            self.close()
            root = str(Path(__file__).resolve().parents[2])
            self.process = subprocess.Popen(
                [sys.executable, "-s", "-m", self.module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath, "PYTHONPATH": root, "PYTHONHASHSEED": "0"},
            )
        return self.process

    def close(self) -> None:
        """Kill the process, if there is one."""
        process, self.process, self.rest = self.process, None, b""
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


class Comparer:
    """A pair of killable processes, the second only started for what the first could not decide.

    Use it as a context manager; one comparer serves one thread.
    """

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY, simplify: bool = True) -> None:
        self.seconds = seconds
        self.memory = memory
        self._deciding = _Process(DECIDING)
        self._simplifying = _Process(SIMPLIFYING) if simplify else None
        self._warm: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes."""
        self._deciding.close()
        if self._simplifying is not None:
            self._simplifying.close()

    def compare(self, request: Request) -> Comparison:
        """Compare two texts; what takes too long or too much memory is ``undecided``."""
        first = self._ask(self._deciding, request)
        if self._simplifying is None or not _may_simplify(first.verdict):
            return first
        second = self._ask(self._simplifying, request)
        spent = first.cpu_seconds + second.cpu_seconds
        better = second if second.verdict.verdict != "undecided" else first
        return replace(better, cpu_seconds=spent)

    def _ask(self, process: _Process, request: Request) -> Comparison:
        data = {**_data(request), "seconds": self.seconds, "memory": self.memory}
        starting = process.process is None or process.process.poll() is not None
        started = time.monotonic()
        answer = process.ask(data, self.seconds * PATIENCE + (START_SECONDS if starting else 0.0))
        if isinstance(answer, str):
            verdict = Verdict("undecided", answer, layer="limits")
            return Comparison(verdict, cpu_seconds=min(time.monotonic() - started, self.seconds))
        return _comparison(answer)


def _may_simplify(verdict: Verdict) -> bool:
    return verdict.verdict == "undecided" and verdict.layer not in (
        "limits",
        "reading",
        "declaration",
        "growth",
        "size",
    )


def _data(request: Request) -> dict[str, Any]:
    symbols = None if request.symbols is None else dict(request.symbols)
    return {
        "student": request.student,
        "reference": request.reference,
        "symbols": symbols,
        "mode": request.mode,
        "syntax": request.syntax,
        "aliases": dict(request.aliases or {}),
        "seed": request.seed,
        "diagnose": request.diagnose,
    }


def _comparison(answer: Mapping[str, Any]) -> Comparison:
    data = answer["verdict"]
    witness = data["witness"]
    verdict = Verdict(
        data["verdict"],
        data["reason"],
        _witness(witness) if witness else None,
        data["layer"],
        tuple(Diagnosis(**one) for one in data["diagnosis"]),
    )
    return Comparison(
        verdict,
        student_latex=answer.get("student_latex", ""),
        reference_latex=answer.get("reference_latex", ""),
        cpu_seconds=answer["cpu_seconds"],
        notes=tuple(answer.get("notes", ())),
    )


def _witness(data: Mapping[str, Any]) -> Witness:
    values: Sequence[Sequence[str]] = data["values"]
    return Witness(tuple((name, text) for name, text in values), data["student"], data["reference"], data["note"])


def compare_texts(
    student: str,
    reference: str,
    symbols: Mapping[str, str] | None,
    mode: str = "exact",
    syntax: str = "auto",
    *,
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> Comparison:
    """Compare two texts once, in a process of their own; for many, keep a `Comparer`."""
    with Comparer(seconds=seconds, memory=memory) as comparer:
        return comparer.compare(Request(student, reference, symbols, mode, syntax))
