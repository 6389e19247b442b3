"""Runs one problem's reference in several ways and proposes tolerances for what its checks ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from grader.checking import Judged, check_problem
from grader.errors import AuthoringError
from grader.execution.calibrating import Asked, Proposal, propose, replay, variations
from grader.pipeline.grading import Bench, Judging
from grader.pipeline.live import LiveSubmission
from grader.submission import Place, Submission
from grader.wire import Reply, Request


class NotedSubmission(LiveSubmission):
    """A live submission that notes what it is asked, and by which check."""

    def __init__(self, *arguments: object, **keywords: object) -> None:
        """Take what `LiveSubmission` takes."""
        super().__init__(*arguments, **keywords)  # type: ignore[arg-type]  # handed on as they came
        self.check = ""
        self.asked: list[Asked] = []

    def begin(self, check: str, seconds: float) -> None:
        """A check begins."""
        self.check = check
        super().begin(check, seconds)

    def ask(self, request: Request, *, callbacks: Mapping[int, Callable[..., object]] | None = None) -> Reply:
        """Ask, and note what was asked."""
        self.asked.append(Asked(self.check, request, dict(callbacks or {})))
        return super().ask(request, callbacks=callbacks)


def questions(bench: Bench, name: str) -> list[Asked]:
    """Everything that the checks of a problem ask of its reference solution.

    Raises:
        AuthoringError: there is no such problem, or its solution does not run.
    """
    if name not in bench.problem_set.problems:
        known = ", ".join(bench.problem_set.problems)
        raise AuthoringError(f"unknown problem {name!r} of {bench.problem_set.name}; known are {known}")
    problem, solution = bench.problem_set.problems[name], bench.references[name].solution
    places = {answer: Place(len(solution.cells) - 1) for answer in problem.answers}
    handed_in = Submission(solution.student, solution.problem_set, solution.digest, solution.cells, places)
    with NotedSubmission(bench.worker, handed_in, bench.limits, seed=1) as live:
        broken = [run.error for run in live.run() if run.error is not None]
        if broken:
            raise AuthoringError(f"the solution of {name} does not run: {broken[0].type_name}: {broken[0].message}")
        check_problem(
            Judged(
                problem=problem,
                name=name,
                session=Judging(live),
                places=places,
                reference=lambda: bench.answers(name, solution),
                suspects=[],
                key=b"validation",
                student="reference",
                problem_set=bench.problem_set.name,
                reference_again=bench.session(name, solution).again,
            )
        )
        return live.asked


def calibrate(bench: Bench, name: str, *, gpu: str | None = None) -> Iterator[Proposal]:
    """Propose tolerances for every number that the checks of a problem compare.

    Args:
        bench: with the set's references.
        name: the problem.
        gpu: the UUID of a GPU to run on as well.

    Raises:
        AuthoringError: the reference does not run.
    """
    asked = questions(bench, name)
    cells = bench.references[name].solution.code
    uses_torch = any("torch" in cell for cell in cells)
    ways = variations(torch=uses_torch, gpu=gpu)
    replies = {way.name: replay(bench.worker, cells, asked, way, bench.limits) for way in ways}
    for at, question in enumerate(asked):
        proposal = propose(question, {way: given[at] for way, given in replies.items()})
        if proposal is not None:
            yield proposal
