"""The process that computes both sides of a wrong answer along a variable, for a report to draw; it may be killed."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from typing import Any

from grader.errors import GraderError
from grader.mathematics.curves import curve
from grader.mathematics.reading import Refusal, read
from grader.mathematics.serving import _allow, declaration_of


def serve() -> None:
    """Answer requests until the input ends: one line each, with the fields of `curves.Curve`, or null."""
    for line in sys.stdin:
        request = json.loads(line)
        _allow(time.process_time(), request["seconds"], request["memory"])
        try:
            answer = drawn(request)
        except (GraderError, ArithmeticError, ValueError, MemoryError, RecursionError):
            # nothing is decided here: what cannot be computed is not drawn
            answer = None
        sys.stdout.write(json.dumps({"curve": answer}) + "\n")
        sys.stdout.flush()


def drawn(request: dict[str, Any]) -> dict[str, Any] | None:
    """One request: two texts, the declared symbols, and the point where the two differ."""
    texts = (request["student"], request["reference"])
    declaration = declaration_of(request, texts)
    student, reference = (read(text, declaration, syntax=request["syntax"]) for text in texts)
    if isinstance(student, Refusal) or isinstance(reference, Refusal):
        return None
    found = curve(student.node, reference.node, declaration, [(name, text) for name, text in request["along"]])
    return None if found is None else asdict(found)


if __name__ == "__main__":
    serve()
