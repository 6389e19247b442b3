"""Measures the decision of formulas on our corpus, beside sympy and Math-Verify on the same pairs in the same run.

    python benchmarks/mathematics.py [--every 1] [--engines ours,worker,simplify,equals,math-verify] [--seconds 5]

Each engine but the first runs in a child that is killed after ``--seconds`` on the clock for one pair. The rivals
know no modes and no kinds other than sympy's assumptions, so they are asked the pairs in mode ``exact`` that have a
verdict; ours is also measured on everything. Texts reach sympy by `parse_expr` with the declared symbols, LaTeX by
latex2sympy2_extended, the reader that Math-Verify uses. Prints a table, and writes benchmarks/results/mathematics.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import select
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CORPUS = HERE / "mathematics"
RESULTS = HERE / "results" / "mathematics.json"
ACCEPTED = ("equal", "equal where both are defined")
RIVALS = ("simplify", "equals", "math-verify")
ENGINES = ("ours", "worker", *RIVALS)
MEMORY = 2 << 30
START_SECONDS = 120.0


@dataclass
class Score:
    """How one engine did on some pairs; times are processor seconds of the deciding process."""

    engine: str
    pairs: int = 0
    right: int = 0
    wrong_accepted: int = 0
    right_rejected: int = 0
    undecided: int = 0
    errors: int = 0
    timeouts: int = 0
    seconds: list[float] = field(default_factory=list)
    mistakes: list[str] = field(default_factory=list)

    def count(self, row: Mapping[str, Any], verdict: str, seconds: float) -> None:
        """Add one answer."""
        self.pairs += 1
        self.seconds.append(seconds)
        expected = row["expect"]
        should = expected in ACCEPTED
        accepted = verdict in ACCEPTED
        if is_right(expected, verdict):
            self.right += 1
            return
        self.mistakes.append(f"{row['id']}: {verdict}")
        if accepted and not should:
            self.wrong_accepted += 1
        elif verdict == "different" and should:
            self.right_rejected += 1
        elif verdict == "timeout":
            self.timeouts += 1
        elif verdict == "error":
            self.errors += 1
        else:
            self.undecided += 1

    def summary(self) -> dict[str, Any]:
        """The numbers that are printed and written."""
        data = {key: value for key, value in asdict(self).items() if key != "seconds"}
        times = sorted(self.seconds)
        data["accuracy"] = round(self.right / self.pairs, 4) if self.pairs else None
        data["median_ms"] = round(1000 * statistics.median(times), 2) if times else None
        data["p99_ms"] = round(1000 * times[min(len(times) - 1, int(0.99 * len(times)))], 1) if times else None
        return data


def is_right(expected: str, verdict: str) -> bool:
    """Whether a verdict is what the corpus expects."""
    if expected in ACCEPTED:
        return verdict in ACCEPTED
    if expected == "not equal":
        return verdict not in ACCEPTED and verdict not in ("error", "timeout")
    return verdict == expected


def corpus(every: int) -> list[dict[str, Any]]:
    """Every so many-th pair of each file."""
    rows: list[dict[str, Any]] = []
    for path in sorted(CORPUS.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        rows += [json.loads(line) for line in lines[::every]]
    return rows


def answer_ours(row: Mapping[str, Any]) -> str:
    """Our verdict, in this process."""
    from grader.mathematics.serving import answered  # noqa: PLC0415 - a child loads only the engine it measures

    request = {**row, "seed": 0, "diagnose": True, "seconds": 2.0, "memory": MEMORY}
    return str(answered(request, None)["verdict"]["verdict"])


def sympy_sides(row: Mapping[str, Any]) -> list[Any]:
    """Both sides as sympy expressions, with the declared kinds as assumptions."""
    import sympy  # noqa: PLC0415 - as above
    from latex2sympy2_extended import latex2sympy  # noqa: PLC0415
    from sympy.parsing.sympy_parser import (  # noqa: PLC0415
        convert_xor,
        implicit_multiplication_application,
        parse_expr,
        standard_transformations,
    )

    assumptions = {
        "positive": {"positive": True},
        "nonnegative": {"nonnegative": True},
        "integer": {"integer": True},
        "positive-integer": {"integer": True, "positive": True},
        "probability": {"nonnegative": True},
        "open-probability": {"positive": True},
        "complex": {},
    }
    kinds = row["symbols"] or {}
    names = {name: sympy.Symbol(name, **assumptions.get(kind, {"real": True})) for name, kind in kinds.items()}
    rules = (*standard_transformations, convert_xor, implicit_multiplication_application)
    sides = []
    for text in (row["student"], row["reference"]):
        if "\\" in text or "^{" in text:
            found = latex2sympy(text)
            sides.append(found.subs({one: names.get(str(one), one) for one in found.free_symbols}))
        else:
            sides.append(parse_expr(text, local_dict=dict(names), transformations=rules))
    return sides


def answer_simplify(row: Mapping[str, Any]) -> str:
    """``simplify(a - b) == 0``."""
    import sympy  # noqa: PLC0415 - as above

    first, second = sympy_sides(row)
    return "equal" if sympy.simplify(first - second) == 0 else "different"


def answer_equals(row: Mapping[str, Any]) -> str:
    """``a.equals(b)``, which may say None."""
    first, second = sympy_sides(row)
    found = first.equals(second)
    return "undecided" if found is None else ("equal" if found else "different")


def answer_math_verify(row: Mapping[str, Any]) -> str:
    """Math-Verify's own reader and verifier."""
    from math_verify import parse, verify  # noqa: PLC0415 - as above

    texts = (row["reference"], row["student"])
    sides = [parse(f"${text}$" if "\\" in text or "^{" in text else text) for text in texts]
    return "equal" if verify(sides[0], sides[1]) else "different"


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "ours": answer_ours,
    "simplify": answer_simplify,
    "equals": answer_equals,
    "math-verify": answer_math_verify,
}


def serve(engine: str) -> None:
    """The child: one pair a line in, one answer a line out."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        row = json.loads(line)
        started = time.process_time()
        try:
            verdict = ANSWERS[engine](row)
        except Exception as error:  # noqa: BLE001 - whatever a rival raises is its answer
            verdict = f"error {type(error).__name__}"
        output.write(json.dumps([verdict.split()[0] if verdict.startswith("error") else verdict,
                                 time.process_time() - started]) + "\n")  # fmt: skip
        output.flush()


class Child:
    """A killable process that runs one engine."""

    def __init__(self, engine: str, seconds: float) -> None:
        self.engine = engine
        self.seconds = seconds
        self.process: subprocess.Popen[str] | None = None

    def ask(self, row: Mapping[str, Any]) -> tuple[str, float]:
        """The verdict and the processor time, or ``timeout``."""
        limit = self.seconds
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen(
                [sys.executable, str(Path(__file__).resolve()), "--serve", self.engine],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            warm = {"id": "", "student": "x", "reference": "x", "symbols": None, "mode": "exact", "syntax": "text"}
            self._exchange(warm, START_SECONDS)
        return self._exchange(row, limit)

    def _exchange(self, row: Mapping[str, Any], limit: float) -> tuple[str, float]:
        process = self.process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(json.dumps(row) + "\n")
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], limit)
            line = process.stdout.readline() if ready else ""
        except BrokenPipeError:
            ready, line = [process], ""
        if not line:
            self.close()
            return ("error" if ready else "timeout"), limit
        verdict, seconds = json.loads(line)
        return verdict, seconds

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def measure(engine: str, rows: Sequence[Mapping[str, Any]], seconds: float) -> Score:
    """Run one engine over some pairs."""
    score = Score(engine)
    if engine == "worker":
        from grader.mathematics.worker import Comparer, Request  # noqa: PLC0415 - as above

        with Comparer() as comparer:
            comparer.compare(Request("x", "x", None))
            for row in rows:
                request = Request(row["student"], row["reference"], row["symbols"], row["mode"], row["syntax"])
                found = comparer.compare(request)
                score.count(row, found.verdict.verdict, found.cpu_seconds)
        return score
    child = Child(engine, seconds)
    for row in rows:
        score.count(row, *child.ask(row))
    child.close()
    return score


def table(scores: Sequence[Mapping[str, Any]]) -> str:
    """The scores as a Markdown table."""
    names = {
        "ours": "grader, in process",
        "worker": "grader, through its worker",
        "simplify": "sympy `simplify(a-b) == 0`",
        "equals": "sympy `equals`",
        "math-verify": "Math-Verify",
    }
    lines = [
        (
            "| engine | pairs | decided rightly | wrong accepted | right rejected | undecided or refused | error "
            "| timeout | median ms | p99 ms |"
        ),
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {names[one['engine']]} | {one['pairs']} | {100 * one['accuracy']:.1f} % | {one['wrong_accepted']} "
        f"| {one['right_rejected']} | {one['undecided']} | {one['errors']} | {one['timeouts']} "
        f"| {one['median_ms']} | {one['p99_ms']} |"
        for one in scores
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="only every so many-th pair")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--seconds", type=float, default=5.0, help="the cap for one pair of a rival")
    parser.add_argument("--serve", choices=sorted(ANSWERS), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.serve)
        return
    rows = corpus(chosen.every)
    shared = [row for row in rows if row["mode"] == "exact" and row["expect"] in (*ACCEPTED, "different")]
    engines = chosen.engines.split(",")
    everything = [measure(engine, rows, chosen.seconds).summary() for engine in engines if engine not in RIVALS]
    beside = [measure(engine, shared, chosen.seconds).summary() for engine in engines]
    print(f"all {len(rows)} pairs, every mode\n{table(everything)}\n")
    print(f"the {len(shared)} pairs in mode exact that have a verdict\n{table(beside)}")
    packages = {name: version(name) for name in ("sympy", "python-flint", "math-verify")}
    RESULTS.parent.mkdir(exist_ok=True)
    data = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, python {platform.python_version()}",
        "packages": packages,
        "every": chosen.every,
        "cap_seconds": chosen.seconds,
        "all_pairs": everything,
        "exact_pairs": beside,
    }
    RESULTS.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
