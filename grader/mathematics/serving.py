"""The process that compares: reads one request a line, answers one line, and may be killed at any time.

It is started as a clean interpreter that holds nothing but this package. Each request brings its own limit of processor
time, which the kernel enforces on whatever code is running; memory is limited once.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from grader.errors import AuthoringError
from grader.mathematics.arities import with_arities
from grader.mathematics.beside_values import ASKED
from grader.mathematics.comparing import compare
from grader.mathematics.derivations import conclusion_of, stands_alone
from grader.mathematics.doubting import (
    as_arrays,
    has_other_norms,
    has_two_products,
    is_misfit,
    may_be_ordered,
    shows_arrays,
)
from grader.mathematics.final_answers.both import read_both
from grader.mathematics.final_answers.heads import in_other_letter, name_other_things
from grader.mathematics.final_answers.settling import settled
from grader.mathematics.final_answers.shared_heads import bounded_name
from grader.mathematics.forms import answer_of
from grader.mathematics.kinds import Declaration, Kind, declare
from grader.mathematics.left_sides import scales_unknown
from grader.mathematics.measuring import as_measurement
from grader.mathematics.plain import Simplify
from grader.mathematics.printing import to_latex
from grader.mathematics.reading import Reading, Refusal, infer, read
from grader.mathematics.reading.divisors import with_whole_divisors
from grader.mathematics.reading.endless import ENDLESS, ends
from grader.mathematics.reading.explanations import Explained, explained
from grader.mathematics.reading.grouping import with_grouping
from grader.mathematics.refining import refined
from grader.mathematics.same_writing import alike
from grader.mathematics.tree import Node
from grader.mathematics.verdict import Decide, Mode, Policy, Verdict, parse_mode

_COMMAND = re.compile(r"\\[A-Za-z]")

Prepare = Callable[[Node, Declaration], Node]


def serve(simplify: Simplify | None = None, prepare: Prepare | None = None) -> None:
    """Answer requests until the input ends; ``prepare`` rewrites both sides before they are compared."""
    for line in sys.stdin:
        request = json.loads(line)
        started = time.process_time()
        _allow(started, request["seconds"], request["memory"])
        try:
            answer = answered(request, simplify, prepare)
        except MemoryError:
            answer = {"verdict": asdict(Verdict("undecided", "the memory limit was reached", layer="limits"))}
        except RecursionError:
            answer = {"verdict": asdict(Verdict("undecided", "a formula is nested too deeply", layer="limits"))}
        except Exception as error:  # noqa: BLE001 - a fault of ours is an answer too: no pair is ever lost
            words = f"the comparison failed ({type(error).__name__}); please report it"
            answer = {"verdict": asdict(Verdict("undecided", words, layer="fault"))}
        answer["cpu_seconds"] = time.process_time() - started
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _allow(used: float, seconds: float, memory: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # macOS refuses some limits; the clock in the parent remains
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used + seconds), resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))


def answered(request: dict[str, Any], simplify: Simplify | None, prepare: Prepare | None = None) -> dict[str, Any]:
    """One comparison of two texts: the verdict and what was read, as plain data."""
    if request["syntax"] == "text" and _COMMAND.search(request["reference"]) is not None:
        request = {**request, "syntax": "auto"}  # the author's own formula is no plain text: each is told by itself
    bounded = bounded_name(request["reference"], request["symbols"] or ())
    if bounded:
        request = {**request, "symbols": {**request["symbols"], bounded: "real"}}
    given_texts = settled((request["student"], request["reference"]), request["symbols"] or ())
    if isinstance(given_texts[0], Refusal) or isinstance(given_texts[1], Refusal):
        alone = settled((request["reference"], request["reference"]), request["symbols"] or ())[1]
        if isinstance(given_texts[1], Refusal) and not isinstance(alone, Refusal):
            # no fault of the expected formula: only beside this answer it may mean something else
            reason = f"the answer and the expected formula may be meant in two ways: {given_texts[1].reason}"
            return {"verdict": asdict(Verdict("undecided", reason, layer="reading"))}
        return _refused(given_texts[0], given_texts[1])
    texts = (given_texts[0], given_texts[1])
    clause = explained(*texts, request["symbols"] or ())
    texts = texts if clause is None else (clause.text, texts[1])
    if texts != (request["student"], request["reference"]):
        request = {**request, "student": texts[0], "reference": texts[1], "syntax": "auto"}
    try:
        mode = parse_mode(request["mode"])
        declaration, known = _declared(request, texts)
        if mode.name == "up-to-additive-constant":
            declaration, known = with_constants(declaration), None
    except AuthoringError as error:
        return {"verdict": asdict(Verdict("undecided", str(error), layer="declaration")), "fault": "author"}
    student, reference = read_both(texts, declaration, request["symbols"] or (), syntax=request["syntax"], known=known)
    if isinstance(student, Refusal) or isinstance(reference, Refusal):
        return _refused(student, reference)
    policy = Policy(seed=request["seed"], diagnose=request["diagnose"])
    given, wanted = in_other_letter((student.label, reference.label), student.node), reference.node
    if prepare is not None:
        given, wanted = prepare(given, declaration), prepare(wanted, declaration)
    verdict = _decided(given, wanted, mode, lambda one, other: compare(one, other, declaration, mode, policy, simplify))
    if verdict.verdict == "different":
        doubt = _doubt(clause, student, reference)
        wider = not doubt and _divides_by_more(texts, declaration, request["syntax"], mode, policy)
        doubt = "how far a division reaches may be meant in two ways" if wider else doubt
        verdict = Verdict("undecided", doubt, layer="reading") if doubt else verdict
    if verdict.equal and declaration.conventions is not None and scales_unknown(given, wanted):
        verdict = Verdict("undecided", ASKED, layer="form")
    if verdict.equal and name_other_things(texts):
        verdict = Verdict("undecided", "what stands before the equals signs is not one quantity", layer="form")
    arrays = as_arrays(declaration, (student.node, reference.node), texts) if verdict.equal else None
    if arrays is not None and not alike(student.node, reference.node):
        shown = all(map(shows_arrays, texts, (student.node, reference.node)))
        verdict = _checked(verdict, _as(arrays, request, mode), shown=shown)
    if arrays is not None and verdict.equal and has_two_products(arrays, texts):
        verdict = Verdict("undecided", "a star between two matrices may be either product", layer="shapes")
    if is_misfit(verdict, declaration, texts):
        verdict = Verdict("undecided", "a row may be written as a column, and 1 for an array of ones", layer="shapes")
    if verdict.equal and declaration.conventions is not None and has_other_norms(student.node, reference.node):
        verdict = Verdict("undecided", "the order of a norm matters for vectors", layer="shapes")
    if verdict.equal and may_be_ordered(declaration, (student.node, reference.node), texts):
        verdict = Verdict("undecided", "the order of what may be matrices matters", layer="shapes")
    return {
        "verdict": asdict(verdict),
        "student_latex": to_latex(student.node),
        "reference_latex": to_latex(reference.node),
        "notes": list(student.notes),
    }


def _decided(given: Node, wanted: Node, mode: Mode, decide: Decide) -> Verdict:
    """The verdict on two answers, on the last line of a derivation, or on a decimal with the letter of a unit."""
    verdict = decide(given, wanted)
    concluded = conclusion_of(given, wanted) if not verdict.equal else None
    if concluded is not None:
        found = decide(concluded, wanted)
        alone = verdict.verdict == "undecided" and stands_alone(concluded, given)
        verdict = found if found.equal or alone else verdict
    value = as_measurement(answer_of(given), wanted) if verdict.verdict == "different" and mode.tolerant else None
    return verdict if value is None else decide(value, wanted)


def _doubt(clause: Explained | None, student: Reading, reference: Reading) -> str:
    """Why an answer that differs as it was read may be meant otherwise; nothing where it may not."""
    if clause is not None and clause.own:
        return "the answer explains a name of its own"
    if ENDLESS in student.notes and ends(reference.node):
        return "where the row of terms with dots ends is not told"
    return ""


def _divides_by_more(texts: tuple[str, str], declaration: Declaration, syntax: str, mode: Mode, policy: Policy) -> bool:
    """Whether two texts are equal once a whole product behind a slash in one of them is the divisor."""
    wider = [with_whole_divisors(text, syntax=syntax) for text in texts]
    for student, reference in ((wider[0], texts[1]), (texts[0], wider[1])):
        if student is None or reference is None:
            continue
        one, other = (read(text, declaration, syntax=syntax) for text in (student, reference))
        if isinstance(one, Refusal) or isinstance(other, Refusal):
            continue
        if compare(one.node, other.node, declaration, mode, replace(policy, diagnose=False)).equal:
            return True
    return False


def _refused(student: object, reference: object) -> dict[str, Any]:
    """The answer where one of the texts is not read."""
    if isinstance(reference, Refusal):
        reason = f"the expected formula cannot be read: {reference}"
        return {"verdict": asdict(Verdict("undecided", reason, layer="reading")), "fault": "author"}
    return {"verdict": asdict(Verdict("unreadable", str(student), layer="reading"))}


def _as(declaration: Declaration, request: dict[str, Any], mode: Mode) -> Verdict | None:
    """The verdict on the two texts, read with other kinds; None where they cannot be read so."""
    texts = (request["student"], request["reference"])
    student, reference = (read(text, declaration, syntax=request["syntax"]) for text in texts)
    if isinstance(student, Refusal) or isinstance(reference, Refusal):
        return None
    return compare(student.node, reference.node, declaration, mode, Policy(seed=request["seed"], diagnose=False))


def _checked(verdict: Verdict, of_arrays: Verdict | None, *, shown: bool) -> Verdict:
    """What holds of numbers, unless it does not hold of arrays; ``shown`` says that both texts are about arrays."""
    if of_arrays is not None and of_arrays.equal:
        return verdict
    if of_arrays is not None and shown and of_arrays.verdict == "different" and of_arrays.layer != "shapes":
        return replace(of_arrays, reason=f"{of_arrays.reason}, where names are arrays")
    return Verdict("undecided", "the two agree for numbers, but arrays are written", layer="shapes")


def declaration_of(request: dict[str, Any], texts: tuple[str, str]) -> Declaration:
    """The declared symbols; where none are given, those that either text uses.

    Raises:
        AuthoringError: for an unknown kind.
    """
    return _declared(request, texts)[0]


def _declared(
    request: dict[str, Any], texts: tuple[str, str]
) -> tuple[Declaration, tuple[Reading | Refusal, Reading | Refusal] | None]:
    """The symbols, and the two texts if they were read with just these to find them."""
    if request["symbols"] is None:
        inferred = infer(texts, syntax=request["syntax"])
        first, second = (read(text, inferred, syntax=request["syntax"]) for text in texts)
        whole = refined(inferred, [one.node for one in (first, second) if isinstance(one, Reading)])
        return whole, (first, second) if whole is inferred else None
    declared = with_arities(declare(request["symbols"], request.get("aliases")), texts)
    return with_grouping(declared, texts), None


def with_constants(declaration: Declaration) -> Declaration:
    """The declaration with the letters that stand for a constant of integration, where they are free."""
    missing = {name: Kind("real") for name in ("C", "c") if name not in declaration.symbols}
    return replace(declaration, symbols={**declaration.symbols, **missing})


if __name__ == "__main__":
    serve()
