"""Fuzz the readers: mutated answers must be answered in time, in bounded memory, and without an exception.

    python benchmarks/fuzz_reading.py --seconds 3600 --seed 1

Every text is read in three syntaxes, with and without a declaration; what is read must also print, and print again the
same after being read back. Exits with 1 if anything crashed, took longer than ``--slow`` CPU seconds or let the process
grow by more than ``--memory`` MiB. Texts that do not read back are counted and the shortest shown. Ctrl-C ends a run
early and still reports.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import sys
import threading
import time
from pathlib import Path

from grader.mathematics.kinds import Declaration, declare
from grader.mathematics.mathml import to_mathml
from grader.mathematics.printing import to_latex, to_text
from grader.mathematics.reading import Reading, read

DATA = Path(__file__).parent.parent / "tests" / "data" / "readings.json"
WORDS = (
    r"\frac \sqrt \sum \prod \int \lim \left( \right) \left| \right| \begin{bmatrix} \end{bmatrix} "
    r"\begin{cases} \end{cases} "
    r"\begin{align} \end{align} \text{if} \text{a b} \mathbb{E} \mathbf{1} \mathbf{ \hat \partial \nabla "
    r"\max \arg\min \log \sin "
    r"\cdot \times \mid \| \{ \} \\ \to \infty \boxed{ \tag{1} \quad \pm \le \in \cup \circ \top \lfloor "
    r"\rceil \over \choose "
    "{ } ( ) [ ] | || ^ _ + - * / ** // = < >= , ; : ! x y n K A w Z T d dx e i E P I O 1 2 12 0.5 1e-3 "
    "sin log sum Sum max "
    "Var Cov Matrix Piecewise Derivative Integral Limit for in if else or and not range Eq where hence "
    "answer $ $$ & % . ... ' "
    "σ ² √ ∑ ½ ‖ ≤ × − ∂ ∇ ⊤ \u200b \u202e \u0430 \x00 \ud800 \U0001d431 \U0001f600"
)
TOKENS = WORDS.split(" ")


def mutated(text: str, others: list[str], rng: random.Random) -> str:
    """A text changed in one of nine ways."""
    place, other = rng.randint(0, len(text)), rng.randint(0, len(text))
    low, high = min(place, other), max(place, other)
    match rng.randrange(9):
        case 0:
            return text[:place] + rng.choice(TOKENS) + text[place:]
        case 1:
            return text[:low] + text[high:]
        case 2:
            return text[:high] + text[low:high] * rng.randint(1, 4) + text[high:]
        case 3:
            second = rng.choice(others)
            return text[:place] + second[rng.randint(0, len(second)) :]
        case 4:
            return text[:low] + rng.choice(TOKENS) + text[high:]
        case 5:
            code = rng.choice((rng.randrange(128), rng.randrange(0x3000), rng.randrange(0x110000)))
            return text[:place] + chr(code) + text[place:]
        case 6:
            letters = list(text)
            rng.shuffle(letters)
            return "".join(letters)
        case 7:
            return (rng.choice(TOKENS) + rng.choice(("", " "))) * rng.randint(1, 1500) + text
        case _:
            return text[:low] + "{" + text[low:high] + "}" + text[high:]


def same_again(reading: Reading, declaration: Declaration) -> bool:
    """Whether what was read prints as LaTeX and text that read back as the same tree."""
    latex, text = to_latex(reading.node), to_text(reading.node)
    to_mathml(reading.node)
    if max(len(latex), len(text)) > 1500:
        return True
    again = [read(latex, declaration, syntax="latex"), read(text, declaration, syntax="text")]
    return all(isinstance(one, Reading) and one.node == reading.node for one in again)


def memory() -> float:
    """The largest size of this process so far, in MiB."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main() -> int:
    """Run for the time asked and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0, help="CPU seconds to run for")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--slow", type=float, default=0.25, help="CPU seconds that one reading may take")
    parser.add_argument("--memory", type=float, default=256.0, help="MiB by which the process may grow")
    options = parser.parse_args()
    rng = random.Random(options.seed)  # noqa: S311 - a fuzzer needs no secrets
    cases = json.loads(DATA.read_text("utf-8"))
    declarations = {name: declare(symbols) for name, symbols in cases["declarations"].items()}
    texts = [case["text"] for case in cases["readings"]]
    pool = list(texts)
    before, began = memory(), time.process_time()
    count = accepted = 0
    slowest, crashes, slow, changed = (0.0, ""), [], [], []
    stopped = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stopped.set())
    while time.process_time() - began < options.seconds and not stopped.is_set():
        text = rng.choice(pool)
        for _ in range(rng.choice((1, 1, 2, 3, 6))):
            text = mutated(text, texts, rng)
        declaration = declarations[rng.choice(list(declarations))] if rng.random() < 0.7 else None
        start = time.process_time()
        try:
            answer = read(text, declaration, syntax=rng.choice(("auto", "auto", "latex", "text")))
            spent = time.process_time() - start
            if isinstance(answer, Reading):
                accepted += 1
                if declaration is not None and not same_again(answer, declaration):
                    changed.append(text)
                if len(pool) < 5000 and len(text) < 200:
                    pool.append(text)
        except Exception as error:  # noqa: BLE001 - finding any of them is the purpose
            spent = 0.0
            crashes.append((text, repr(error)))
        count += 1
        slowest = max(slowest, (spent, text))
        if spent > options.slow:
            slow.append((spent, text))
    grown = memory() - before
    print(f"{count} texts in {time.process_time() - began:.0f} CPU s, {accepted} read, {grown:.0f} MiB grown")
    print(f"slowest {slowest[0] * 1000:.1f} ms: {slowest[1][:60]!r}")
    print(f"{len(crashes)} crashes, {len(slow)} slower than {options.slow} s, {len(changed)} read back differently")
    for text, error in crashes[:10]:
        print("crash", repr(text[:200]), error[:200])
    for spent, text in slow[:10]:
        print(f"slow {spent:.2f} s", repr(text[:200]))
    for text in sorted(changed, key=len)[:15]:
        print("differs", repr(text[:200]))
    return int(bool(crashes or slow or grown > options.memory))


if __name__ == "__main__":
    sys.exit(main())
