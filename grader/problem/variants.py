"""Versions of a problem with other numbers: drawn from a secret and a student's name, the same on every regrade."""

from __future__ import annotations

import copy
import hashlib
import hmac
import importlib
import json
import keyword
import math
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from grader.errors import AuthoringError
from grader.problem.definition import Problem, ProblemSet, fill

_PLAIN = (bool, int, float, str)


def for_all(problem: Problem) -> Problem:
    """The version that everybody gets where nobody has one of their own: the problem's ``numbers``, else drawn once.

    Raises:
        AuthoringError: when the numbers are not as they should be.
    """
    if problem.numbers:
        return with_numbers(problem, problem.numbers)
    return with_numbers(problem, _draw(problem, 0)) if problem.variant is not None else problem


def for_student(problem_set: ProblemSet, secret: bytes, student: str) -> ProblemSet:
    """A problem set with the numbers of one student; the set itself where no problem draws any.

    Args:
        problem_set: the set, in any version.
        secret: the course's own; who knows it can draw everybody's numbers.
        student: the name that the student hands in under.

    Raises:
        AuthoringError: when the numbers that a problem draws are not as they should be.
    """
    if not problem_set.varies:
        return problem_set
    name = unicodedata.normalize("NFC", student)
    drawn = dict(problem_set.problems)
    for title, problem in problem_set.problems.items():
        if problem.variant is not None:
            words = f"variant\0{problem_set.name}\0{title}\0{name}".encode("utf-8", "surrogatepass")
            seed = int.from_bytes(hmac.new(secret, words, hashlib.sha256).digest(), "big")
            drawn[title] = with_numbers(problem, _draw(problem, seed))
    return replace(problem_set, problems=drawn)


def with_numbers(problem: Problem, numbers: Mapping[str, object]) -> Problem:
    """A problem with these numbers in its statement, its prompts and its setup.

    Raises:
        AuthoringError: when one is no plain data, or the texts name one that is not among them.
    """
    written = problem.written or problem
    plain = _checked(written, numbers)
    version = copy.copy(written)
    version.written = written
    version.numbers = plain
    version.statement = fill(written.statement, plain, written.title)
    version.setup = fill(written.setup, plain, written.title, code=True)
    answers = {}
    for name, answer in written.answers.items():
        answers[name] = copy.copy(answer)
        # answers are frozen for authors; this copy is nobody's yet
        object.__setattr__(answers[name], "prompt", fill(answer.prompt, plain, written.title))
    version.answers = answers
    return version


def identity(problem_set: ProblemSet) -> str:
    """A word that tells versions of a set apart, for a notebook to carry; empty where no problem has numbers.

    It is made of the numbers alone, which the statement shows, so it gives nothing away.
    """
    numbers = {name: dict(problem.numbers) for name, problem in problem_set.problems.items() if problem.numbers}
    if not numbers:
        return ""
    words = json.dumps([problem_set.name, numbers], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()[:12]


def version_of(problem: Problem) -> str:
    """A word for the numbers of one problem in one student's version; empty where everybody gets the same."""
    if problem.variant is None:
        return ""
    return hashlib.sha256(json.dumps(dict(problem.numbers), sort_keys=True).encode()).hexdigest()[:12]


def prelude(numbers: Mapping[str, object]) -> str:
    """Code that gives a solution and its mistakes the drawn numbers, as variables of their names."""
    return "".join(f"{name} = {value!r}\n" for name, value in numbers.items())


def _draw(problem: Problem, seed: int) -> Mapping[str, object]:
    if problem.variant is None:
        return {}
    # numpy takes a tenth of a second to load, and few sets draw numbers
    numpy_random: Any = importlib.import_module("numpy.random")
    try:
        return problem.variant(numpy_random.default_rng(seed))
    except Exception as error:
        words = f"{type(error).__name__}: {error}"
        raise AuthoringError(f"problem {problem.title!r}: drawing its numbers raised {words}") from error


def _checked(problem: Problem, numbers: object) -> dict[str, object]:
    if not isinstance(numbers, Mapping) or not numbers:
        raise AuthoringError(
            f"problem {problem.title!r}: numbers must be a dictionary of names and plain values, got {numbers!r:.60}"
        )
    for name in numbers:
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
            raise AuthoringError(f"problem {problem.title!r}: a number needs a Python name, got {name!r}")
        if name in problem.answers:
            raise AuthoringError(f"problem {problem.title!r}: {name!r} is a number and an answer; rename one")
    return {name: _plain(value, f"problem {problem.title!r}: {name}") for name, value in numbers.items()}


def _plain(value: Any, where: str) -> Any:
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float) and not math.isfinite(value):
        raise AuthoringError(f"{where}: a finite number was expected, got {value}")
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, list | tuple):
        return [_plain(part, where) for part in value]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _plain(part, where) for key, part in value.items()}
    raise AuthoringError(f"{where}: a number, a text or a list of them was expected, got {type(value).__name__}")
