"""Puts an author's translations in the place of the texts of a problem, before anybody reads them."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace

from grader.problem.definition import Problem
from grader.problem.kinds import Answer, Text


def in_language(problem: Problem, translations: Mapping[str, str]) -> Problem:
    """A problem whose texts are those of a language, where they are known; what is not known stays as it was written.

    Title, statement, prompts, docstrings of what is asked for, claims and rubrics; names and options stay, since
    students type them.

    Args:
        problem: as its author wrote it, without numbers in it yet.
        translations: by the text on one line, as in gettext's files.
    """
    if not translations:
        return problem
    version = copy.copy(problem)
    version.title = told(problem.title, translations)
    version.statement = told(problem.statement, translations)
    version.checks = [replace(check, claim=told(check.claim, translations)) for check in problem.checks]
    version.answers = {name: _answer(answer, translations) for name, answer in problem.answers.items()}
    return version


def told(text: str, translations: Mapping[str, str]) -> str:
    """A text in the language that ``translations`` are in, or as it is."""
    return translations.get(one_line(text), text)


def one_line(text: str) -> str:
    """A text as translations know it: without line breaks and indentation."""
    return " ".join(text.split())


def public_texts(problem: Problem) -> Iterator[str]:
    """Every text of a problem that is released, as its author wrote it: no hidden claim, no rubric."""
    yield problem.title
    yield problem.statement
    for answer in problem.answers.values():
        yield from (answer.prompt, getattr(answer, "docstring", ""))
    for check in problem.checks:
        if not check.takes_reference and not check.hidden:
            yield check.claim


def _answer(answer: Answer, translations: Mapping[str, str]) -> Answer:
    version = copy.copy(answer)
    changes: dict[str, object] = {"prompt": told(answer.prompt, translations)}
    if hasattr(answer, "docstring"):
        changes["docstring"] = told(answer.docstring, translations)
    if isinstance(answer, Text):
        changes["rubric"] = {
            name: replace(item, text=told(item.text, translations)) for name, item in answer.rubric.items()
        }
    for name, value in changes.items():
        # answers are frozen for authors; this copy is nobody's yet
        object.__setattr__(version, name, value)
    return version
