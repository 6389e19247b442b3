"""``grader compare``: decides two formulas, or a file of pairs, and shows the reading, the verdict and the witness."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from grader.cli.typed import as_command
from grader.errors import AuthoringError
from grader.mathematics.kinds import parse_kind
from grader.mathematics.verdict import MODES, Comparison, Verdict, parse_mode
from grader.mathematics.worker import MEMORY, SECONDS, Comparer, Request

SYNTAXES = ("auto", "latex", "text")


def compare(  # noqa: PLR0913 - one parameter for each option
    student: Annotated[str | None, typer.Argument(help="What a student wrote.")] = None,
    reference: Annotated[str | None, typer.Argument(help="The expected formula.")] = None,
    *,
    symbols: Annotated[
        str | None, typer.Option(help="Names and kinds: d=positive-integer,sigma=positive; inferred when not given.")
    ] = None,
    mode: Annotated[str, typer.Option(help="Under which congruence the two are compared; see --modes.")] = "exact",
    syntax: Annotated[str, typer.Option(help="auto, latex or text.")] = "auto",
    pairs: Annotated[Path | None, typer.Option(help="A file of pairs, one JSON object a line.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the answers go, one JSON object a line.")] = None,
    seconds: Annotated[float, typer.Option(help="Processor time for one pair.")] = SECONDS,
    memory: Annotated[int, typer.Option(help="Bytes of memory for one pair.")] = MEMORY,
    modes: Annotated[bool, typer.Option("--modes", help="List the modes.")] = False,
) -> int:
    """Decide whether two formulas are equal.

    The exit status is 0 for equal, 1 for anything else. With --pairs, 0 when every pair got an answer.
    """
    if modes:
        for name, meaning in MODES.items():
            typer.echo(f"{name:<24} {meaning}")
        return 0
    with Comparer(seconds=seconds, memory=memory) as comparer:
        if pairs is not None:
            return _compare_file(comparer, pairs, out)
        if student is None or reference is None:
            raise AuthoringError("give two formulas, STUDENT and REFERENCE, or a file with --pairs")
        parse_mode(mode)
        request = Request(student, reference, _symbols(symbols), mode, _syntax(syntax))
        comparison = comparer.compare(request)
    for line in _in_words(comparison):
        typer.echo(line)
    return 0 if comparison.verdict.equal else 1


def _syntax(text: str) -> str:
    if text not in SYNTAXES:
        raise AuthoringError(f"unknown syntax {text!r}; known are {', '.join(SYNTAXES)}")
    return text


def _symbols(text: str | None) -> dict[str, str] | None:
    """Names and kinds from ``d=positive-integer,K=matrix n m``; a comma within brackets belongs to a kind."""
    if text is None:
        return None
    found: dict[str, str] = {}
    for part in _split(text):
        name, sign, kind = part.partition("=")
        if not sign or not name.strip():
            raise AuthoringError(f"cannot read {part!r} in --symbols; write name=kind, separated by commas")
        parse_kind(kind)
        found[name.strip()] = kind.strip()
    return found


def _split(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            yield text[start:place]
            start = place + 1
    if text[start:].strip():
        yield text[start:]


def _in_words(comparison: Comparison) -> Iterator[str]:
    verdict = comparison.verdict
    if comparison.student_latex:
        yield f"read:      {comparison.student_latex}"
    for note in comparison.notes:
        yield f"           {note}"
    yield f"verdict:   {verdict.verdict}"
    yield f"reason:    {verdict.reason}"
    witness = verdict.witness
    if witness is not None:
        values = ", ".join(f"{name} = {value}" for name, value in witness.values)
        yield f"witness:   {values or 'no symbols'}" + (f" ({witness.note})" if witness.note else "")
        yield f"           the answer is {witness.student}"
        yield f"           the expected formula is {witness.reference}"
    for diagnosis in verdict.diagnosis:
        yield f"diagnosis: {diagnosis.message}"


def _compare_file(comparer: Comparer, pairs: Path, out: Path | None) -> int:
    try:
        lines = pairs.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AuthoringError(f"cannot read {str(pairs)!r}: {error}") from error
    if out is None:
        return _compare_lines(comparer, lines, sys.stdout)
    with out.open("w", encoding="utf-8") as target:
        return _compare_lines(comparer, lines, target)


def _compare_lines(comparer: Comparer, lines: list[str], target: TextIO) -> int:
    for number, line in enumerate(lines, 1):
        if line.strip():
            target.write(json.dumps(_one(comparer, line, number), ensure_ascii=False) + "\n")
            target.flush()
    return 0


def _one(comparer: Comparer, line: str, number: int) -> dict[str, Any]:
    """One line's answer; a line that is not a pair is answered too."""
    try:
        data = json.loads(line)
        request = _request(data)
    except (ValueError, AuthoringError) as error:
        identity = _identity(line)
        return _as_data(identity, Comparison(Verdict("undecided", f"line {number}: {error}", layer="declaration")))
    return _as_data(data.get("id"), comparer.compare(request))


def _identity(line: str) -> Any:
    try:
        data = json.loads(line)
    except ValueError:
        return None
    return data.get("id") if isinstance(data, dict) else None


def _request(data: Any) -> Request:
    if not isinstance(data, Mapping):
        raise AuthoringError("a pair is a JSON object")
    for key in ("student", "reference"):
        if not isinstance(data.get(key), str):
            raise AuthoringError(f"{key!r} is missing, or not a text")
    symbols = data.get("symbols")
    if symbols is not None and not (isinstance(symbols, Mapping) and all(isinstance(k, str) for k in symbols.values())):
        raise AuthoringError("'symbols' maps names to kinds, or is null")
    mode = data.get("mode") or "exact"
    parse_mode(str(mode))
    return Request(data["student"], data["reference"], symbols, str(mode), _syntax(str(data.get("syntax") or "auto")))


def _as_data(identity: Any, comparison: Comparison) -> dict[str, Any]:
    verdict = comparison.verdict
    witness = verdict.witness
    return {
        "id": identity,
        "verdict": verdict.verdict,
        "reason": verdict.reason,
        "witness": None
        if witness is None
        else {
            "values": dict(witness.values),
            "student": witness.student,
            "reference": witness.reference,
            "note": witness.note,
        },
        "reading": comparison.student_latex or None,
        "layer": verdict.layer,
        "cpu_ms": round(comparison.cpu_seconds * 1000, 3),
        "diagnosis": [one.name for one in verdict.diagnosis],
    }


command = as_command(compare, negative=True)

if __name__ == "__main__":
    sys.exit(command.main(prog_name="grader compare", standalone_mode=False))
