"""Tells what is not the student's to answer for: a cell that a limit stopped, a package that our side lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.result import CheckResult, Outcome, SubmissionResult
from grader.submission import Place
from grader.values import UNFINISHED

MOST_ERROR = 160

COMMON_PACKAGES = frozenset(
    (
        *(
            "numpy",
            "scipy",
            "pandas",
            "matplotlib",
            "sympy",
            "torch",
            "torchvision",
            "torchaudio",
            "sklearn",
            "seaborn",
        ),
        *("tqdm", "PIL", "skimage", "statsmodels", "jax", "tensorflow", "keras", "transformers", "datasets", "einops"),
        *("networkx", "plotly", "cv2", "h5py", "numba"),
    )
)
"""Packages a course may well promise; when one of these is missing here, it is not the student's fault."""


@dataclass(frozen=True)
class CellEnd:
    """How a cell ended: the limit that it met, what it raised (``Type: message``), whether it ran at all."""

    limit: str = ""
    error: str = ""
    executed: bool = True

    @property
    def stopped(self) -> bool:
        """Whether a limit kept the cell from doing its work; outputs that were cut off leave its values as they are."""
        return self.limit not in ("", "output")


def excuse(place: Place | None, cells: Mapping[int, CellEnd]) -> CheckResult | None:
    """The outcome of checks on an answer in this place, or None when the answer is to be judged as it is."""
    if place is None or place.text is not None:
        return None
    own = cells.get(place.cell)
    if own is not None and own.stopped:
        return _result(_outcome(own), f"cell {place.cell + 1} was stopped: its limit of {own.limit} was reached")
    before = sorted(index for index, cell in cells.items() if cell.stopped and index < place.cell)
    if before and (own is None or own.error or not own.executed):
        words = f"cell {place.cell + 1} could not run as it should, because a limit stopped cell {before[0] + 1}"
        return _result(_outcome(cells[before[0]]), words)
    missing = missing_packages(cells.values())
    if missing:
        words = f"the package {missing[0]!r} is not installed where submissions are graded; a person will look at it"
        return _result(Outcome.ERROR, words, f"missing packages: {', '.join(missing)}")
    return None


def with_causes(result: SubmissionResult) -> SubmissionResult:
    """The result with what a cell raised named where that left an answer without a value."""
    cells = {cell.index: cell for cell in result.cells}

    def told(check: CheckResult) -> CheckResult:
        name = check.evidence.get("unfinished")
        place = result.places.get(name) if isinstance(name, str) else None
        cell = cells.get(place.cell) if place is not None else None
        if cell is None or not cell.error or UNFINISHED not in check.message:
            return check
        # Python says in which file a syntax error is, which for a cell is a number of the kernel's own
        error = re.sub(r" \(\d+\.py, (line \d+)\)$", r" (\1)", " ".join(cell.error.split()))
        shown = error if len(error) <= MOST_ERROR else f"{error[:MOST_ERROR]}…"
        words = check.message.replace(UNFINISHED, f"cell {cell.index + 1}, which gives it, ended with {shown}", 1)
        return check.model_copy(update={"message": words})

    problems = tuple(
        problem.model_copy(update={"checks": tuple(told(check) for check in problem.checks)})
        for problem in result.problems
    )
    return result.model_copy(update={"problems": problems})


def missing_packages(cells: Iterable[CellEnd]) -> tuple[str, ...]:
    """Packages that cells could not import, which a course may well promise and this installation lacks."""
    found = []
    for cell in cells:
        named = re.match(r"ModuleNotFoundError: No module named '([\w.]+)'", cell.error)
        if named and named[1].partition(".")[0] in COMMON_PACKAGES:
            found.append(named[1])
    return tuple(dict.fromkeys(found))


def _outcome(cell: CellEnd) -> Outcome:
    return Outcome.MEMORY if cell.limit in ("memory", "gpu memory") else Outcome.TIMEOUT


def _result(outcome: Outcome, message: str, detail: str = "") -> CheckResult:
    return CheckResult(check="", claim="", points=0, outcome=outcome, message=message, detail=detail)
