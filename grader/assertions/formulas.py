"""Formulas and choices: the same mathematics in any form, with a counterexample for every wrong one."""

from __future__ import annotations

import atexit
import re
from collections.abc import Collection, Sequence
from functools import cache

from grader.errors import AuthoringError, CheckFailed, NotDecided
from grader.mathematics.plotting import Drawer
from grader.mathematics.verdict import Comparison, Verdict
from grader.mathematics.worker import Comparer, Request
from grader.values import Formula

MOST_KNOWN = 20_000
"""How many verdicts one process keeps."""

_LONG_DECIMAL = re.compile(r"-?\d+\.\d{6,}(?:e[+-]?\d{1,2})?")


def assert_equivalent(
    actual: Formula,
    *accepted: Formula | str | float,
    mode: str = "exact",
    where_defined: bool = True,
    case: str = "",
) -> None:
    """The student's formula is equal to one of those accepted, in the chosen mode (`grader compare --modes`).

    Args:
        actual: the student's answer.
        accepted: the reference's, and further forms (also as text or numbers) that are right though not equal to it.
        mode: ``exact``, ``up-to-sign``, ``leading-order``, ``tolerance:abs=0.02``, …
        where_defined: whether being equal wherever both are defined is enough.
        case: what is compared, for the message.

    Raises:
        CheckFailed: with a counterexample, and the slip if it could be proven which it is.
        NotDecided: when the mathematics settles neither way; a person is asked.
    """
    if not accepted:
        raise AuthoringError("assert_equivalent needs at least one accepted formula")
    verdicts = []
    for reference in accepted:
        comparison = _comparing().compare(_request(actual, reference, mode))
        verdict = comparison.verdict
        if verdict.verdict == "equal" or (where_defined and verdict.verdict == "equal where both are defined"):
            return
        verdicts.append(verdict)
    undecided = [verdict for verdict in verdicts if verdict.verdict == "undecided"]
    if undecided:
        raise NotDecided(f"{actual.name}: {undecided[0].reason}")
    raise _wrong(actual, verdicts[0], case, _request(actual, accepted[0], mode))


def assert_choice(actual: str | Collection[str], expected: str | Collection[str], *, case: str = "") -> None:
    """The option (or the set of options) that was expected; one wrong or missing option fails a set.

    Raises:
        CheckFailed: repeating what was chosen, not what was expected.
    """
    chosen = {actual} if isinstance(actual, str) else set(actual)
    wanted = {expected} if isinstance(expected, str) else set(expected)
    if chosen != wanted:
        shown = ", ".join(sorted(map(repr, chosen))) or "nothing"
        where = f"{case}: " if case else ""
        many = "is not the set that was asked for" if len(wanted) > 1 or len(chosen) > 1 else "is not right"
        raise CheckFailed(f"{where}{shown} {many}")


def _request(actual: Formula, reference: Formula | str | float, mode: str) -> Request:
    wanted = reference.text if isinstance(reference, Formula) else str(reference)
    declaration = actual.declaration
    return Request(actual.text, wanted, dict(declaration.texts), mode, aliases=dict(declaration.aliases))


class _Comparing:
    """The killable processes in which every comparison of this process is made, and what they found before.

    A class gives the same answer many times; a pair of texts has one verdict, so it is compared once.
    """

    def __init__(self) -> None:
        self._comparer = Comparer()
        self._drawer = Drawer()
        self._verdicts: dict[tuple[object, ...], Comparison] = {}
        self._curves: dict[tuple[object, ...], dict[str, object] | None] = {}

    def close(self) -> None:
        """End the processes."""
        self._comparer.close()
        self._drawer.close()

    def compare(self, request: Request) -> Comparison:
        """The verdict on two texts; one that a limit prevented is tried again the next time."""
        key = _key(request)
        if key in self._verdicts:
            return self._verdicts[key]
        found = self._comparer.compare(request)
        if found.verdict.verdict != "undecided" and len(self._verdicts) < MOST_KNOWN:
            self._verdicts[key] = found
        return found

    def curve(self, request: Request, witness: Sequence[tuple[str, str]]) -> dict[str, object] | None:
        """Both sides along a variable."""
        key = (*_key(request), *witness)
        if key not in self._curves:
            if len(self._curves) >= MOST_KNOWN:
                self._curves.clear()
            self._curves[key] = self._drawer.curve(request, witness)
        return self._curves[key]


def _key(request: Request) -> tuple[object, ...]:
    symbols, aliases = request.symbols or {}, request.aliases or {}
    return (request.student, request.reference, request.mode, *symbols.items(), "aliases", *aliases.items())


@cache
def _comparing() -> _Comparing:
    """What compares for this process; it ends with it."""
    comparing = _Comparing()
    atexit.register(comparing.close)
    return comparing


def _wrong(actual: Formula, verdict: Verdict, case: str, request: Request) -> CheckFailed:
    if verdict.verdict == "unreadable":
        return CheckFailed(f"{actual.name}: {verdict.reason}")
    where = f"{case}: " if case else ""
    said = ""
    evidence: dict[str, object] = {"verdict": verdict.verdict, "answer": actual.name}
    witness = verdict.witness
    if witness is not None:
        student, reference = _shortened(witness.student, witness.reference)
        at = ", ".join(f"{name} = {value}" for name, value in witness.values)
        at = f"at {at} " if at else ""
        note = f" ({witness.note})" if witness.note else ""
        said = f"{at}yours gives {student}"
        evidence |= {"values": [list(pair) for pair in witness.values], "student": student}
        if actual.show_expected:
            said += f", the expected value is {reference}"
            evidence["expected"] = reference
            evidence |= _curve(request, verdict)
        else:
            said += ", which is not the expected value"
        said += note
        evidence["note"] = witness.note
    else:
        said = verdict.reason
    # "the square of what is asked for" would give a number away that may not be shown
    if actual.show_expected or (witness is not None and witness.values):
        for diagnosis in verdict.diagnosis:
            said += f"; {diagnosis.message}"
    evidence["diagnosis"] = [diagnosis.name for diagnosis in verdict.diagnosis]
    return CheckFailed(where + said, evidence=evidence)


def _curve(request: Request, verdict: Verdict) -> dict[str, object]:
    """Both sides along one variable, for the report to draw; only where the expected value may be shown."""
    witness = verdict.witness
    if witness is None or not witness.values or verdict.layer in ("form", "parts", "growth"):
        return {}
    drawn = _comparing().curve(request, witness.values)
    return {} if drawn is None else {"curve": drawn}


def _shortened(student: str, reference: str) -> tuple[str, str]:
    """Two decimals with as many digits as it takes to tell them apart, six at least."""
    for digits in (6, 9, 12, 16):
        shown = tuple(
            f"{float(text):.{digits}g}" if _LONG_DECIMAL.fullmatch(text) else text for text in (student, reference)
        )
        if shown[0] != shown[1]:
            return shown[0], shown[1]
    return student, reference
