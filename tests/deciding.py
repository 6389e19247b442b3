"""Two texts decided as `grader compare` decides them, without a process of its own."""

from __future__ import annotations

from typing import Any

from grader.mathematics.comparing import compare
from grader.mathematics.kinds import declare
from grader.mathematics.reading import Reading, infer, read
from grader.mathematics.serving import answered
from grader.mathematics.verdict import Verdict, parse_mode


def decide(student: str, reference: str, symbols: str = "", mode: str = "exact") -> Verdict:
    """The verdict on two texts; ``symbols`` as in ``x=real;A=matrix n n``, those that occur where empty."""
    declaration = (
        declare(dict(one.split("=") for one in symbols.split(";"))) if symbols else infer([student, reference])
    )
    sides = [read(text, declaration) for text in (student, reference)]
    assert isinstance(sides[0], Reading), sides[0]
    assert isinstance(sides[1], Reading), sides[1]
    return compare(sides[0].node, sides[1].node, declaration, parse_mode(mode))


def undeclared(student: str, reference: str) -> dict[str, Any]:
    """The verdict on two texts for which nothing is declared, as plain data, kinds found from the formulas."""
    request = {"student": student, "reference": reference, "symbols": None, "mode": "exact", "syntax": "auto"}
    verdict: dict[str, Any] = answered({**request, "seed": 0, "diagnose": False, "aliases": {}}, None)["verdict"]
    return verdict
