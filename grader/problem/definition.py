"""A problem, its checks, and the set they belong to."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from grader.errors import AuthoringError
from grader.problem.kinds import Answer, Text

CheckFunction = Callable[..., None]
"""``check(student)`` or ``check(student, reference)``, with ``rng`` or ``numbers`` where it needs them.

It returns nothing or raises CheckFailed.
"""

PARAMETERS = ("student", "reference", "rng", "numbers")
_BLANK = re.compile(r"\[\[\s*([A-Za-z]\w*)\s*\]\]")


@dataclass(frozen=True)
class Check:
    """One claim about a submission, all or nothing.

    ``hidden`` checks show their claim and outcome only. A check that takes ``reference`` cannot run on a student's
    machine. ``advisory`` says that it rests on what the student's process claims about itself (a figure, a count).
    ``definition`` is a digest of what it asks, by which a person's decision about it is told from one about another
    check of that name.
    """

    name: str
    claim: str
    points: float
    function: CheckFunction
    needs: tuple[str, ...] = ()
    hidden: bool = False
    advisory: bool = False
    device: str = "cpu"
    seconds: float = 10.0
    parameters: tuple[str, ...] = ("student",)
    line: int = 0
    definition: str = ""

    @property
    def takes_reference(self) -> bool:
        """Whether it compares with the reference solution."""
        return "reference" in self.parameters


@dataclass
class Problem:
    """One problem: what is asked (``statement``, Markdown with ``$LaTeX$``), the answers, and the checks on them.

    Args:
        title: a short noun phrase.
        statement: what the student reads; no answer and no expected number in it.
        answers: a name (a Python identifier, unique in its set) for each thing that is asked.
        source: where the question comes from, e.g. ``seed 000, problem 2``.
        setup: code that the released notebook gives before the answers (imports, data); it runs with the submission.
        device: ``cpu``, ``gpu`` or ``either``, the default of its checks.
        gpu_memory: bytes of GPU memory that it needs.
        measures: ``time`` or ``memory`` where a check measures it, so that the GPU is not shared.
        seconds: how long one check of it may take.
        cell_seconds: how long one cell of the notebook may take; None for the set's limit.
        numbers: plain data by name, for ``[[name]]`` in statement, prompts and setup; the solution and its mistakes
            have them as variables, a check as its argument ``numbers``. All get these, unless there is a variant.
        variant: draws the numbers of one student's version, from a `numpy.random.Generator`; where it is given without
            ``numbers``, it draws once for the version that everybody gets.
    """

    title: str
    statement: str
    answers: Mapping[str, Answer]
    source: str = field(default="", kw_only=True)
    setup: str = field(default="", kw_only=True)
    device: str = field(default="cpu", kw_only=True)
    gpu_memory: int = field(default=0, kw_only=True)
    measures: str = field(default="", kw_only=True)
    seconds: float = field(default=10.0, kw_only=True)
    cell_seconds: float | None = field(default=None, kw_only=True)
    numbers: Mapping[str, object] = field(default_factory=dict, kw_only=True)
    variant: Callable[[Any], Mapping[str, object]] | None = field(default=None, kw_only=True)
    checks: list[Check] = field(default_factory=list, init=False)
    written: Problem | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.statement = inspect.cleandoc(self.statement)
        if not self.answers:
            raise AuthoringError(f"problem {self.title!r} asks for no answer")
        for name, answer in self.answers.items():
            if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
                raise AuthoringError(f"answer name {name!r} must be a Python identifier without leading underscore")
            if not isinstance(answer, Answer):
                raise AuthoringError(f"answer {name!r} must be one of the answer kinds, got {type(answer).__name__}")
        if self.device not in {"cpu", "gpu", "either"}:
            raise AuthoringError(f"device must be 'cpu', 'gpu' or 'either', got {self.device!r}")
        self.answers = MappingProxyType(dict(self.answers))

    def check(
        self,
        *,
        points: float,
        needs: Sequence[CheckFunction] = (),
        hidden: bool = False,
        advisory: bool = False,
        device: str | None = None,
        seconds: float | None = None,
    ) -> Callable[[CheckFunction], CheckFunction]:
        """Register a check; its docstring is the claim, its name part of its id.

        Args:
            points: what it is worth; 0 for information only.
            needs: checks above that must have passed, otherwise this one is skipped.
            hidden: show the student its claim and outcome only.
            advisory: it rests on a claim of the student's process; reports say so.
            device: where it differs from the problem's.
            seconds: where it differs from the problem's.
        """

        def register(function: CheckFunction) -> CheckFunction:
            parameters = tuple(inspect.signature(function).parameters)
            if not parameters or parameters[0] != "student" or any(name not in PARAMETERS for name in parameters):
                raise AuthoringError(
                    f"check {function.__name__!r} must take student, and then reference, rng and numbers where it "
                    f"needs them; it takes {', '.join(parameters) or 'nothing'}"
                )
            claim = inspect.getdoc(function)
            if not claim:
                raise AuthoringError(f"check {function.__name__!r} needs a docstring: its claim, in one sentence")
            if points < 0:
                raise AuthoringError(f"check {function.__name__!r}: points must be at least 0, got {points}")
            known = {check.function: check.name for check in self.checks}
            if any(check.name == function.__name__ for check in self.checks):
                raise AuthoringError(f"two checks are called {function.__name__!r}")
            missing = [needed.__name__ for needed in needs if needed not in known]
            if missing:
                raise AuthoringError(f"check {function.__name__!r} needs {', '.join(missing)}, not defined above it")
            self.checks.append(
                Check(
                    name=function.__name__,
                    claim=re.sub(r"\s+", " ", claim),
                    points=points,
                    function=function,
                    needs=tuple(known[needed] for needed in needs),
                    hidden=hidden,
                    advisory=advisory,
                    device=device or self.device,
                    seconds=seconds or self.seconds,
                    parameters=parameters,
                    line=function.__code__.co_firstlineno,
                )
            )
            return function

        return register

    @property
    def points(self) -> float:
        """What the checks and the rubrics of Text answers are worth together."""
        rubrics = sum(answer.points for answer in self.answers.values() if isinstance(answer, Text))
        return sum(check.points for check in self.checks) + rubrics


@dataclass(frozen=True)
class ProblemSet:
    """All problems of one hand-in, in order; ``digest`` changes with any file that could change a score.

    ``files`` is the data that students get with the notebook, and that lies beside it when it is graded.
    ``translations`` are the set's texts in its ``language``, by the text as it was written, on one line.
    """

    name: str
    title: str
    problems: Mapping[str, Problem]
    digest: str
    introduction: str = ""
    isolation: str = "L2"
    settings: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    translations: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def language(self) -> str:
        """The language that it is released and reported in, as ``set.toml`` says: two letters."""
        return str(self.settings.get("language", "en"))

    @property
    def varies(self) -> bool:
        """Whether a problem of it can draw numbers for each student."""
        return any(problem.variant is not None for problem in self.problems.values())

    @property
    def points(self) -> float:
        """What the whole set is worth."""
        return sum(problem.points for problem in self.problems.values())

    @property
    def owners(self) -> dict[str, str]:
        """Which problem asks for which answer; answer names are unique in a set."""
        return {answer: name for name, problem in self.problems.items() for answer in problem.answers}


def fill(text: str, numbers: Mapping[str, object], title: str, *, code: bool = False) -> str:
    """A text with a number in the place of each ``[[name]]``; in code as a Python literal.

    Raises:
        AuthoringError: naming the numbers that there are, when the text names another.
    """

    def replaced(blank: re.Match[str]) -> str:
        if blank[1] not in numbers:
            raise AuthoringError(
                f"problem {title!r}: [[{blank[1]}]] is no number of it; there are {', '.join(numbers) or 'none'}"
            )
        value = numbers[blank[1]]
        return str(value) if isinstance(value, str) and not code else repr(value)

    return _BLANK.sub(replaced, text)
