"""Opens what was received: its cells, and where in them the answers of a problem set are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.errors import SubmissionError
from grader.loading.notebooks import read_document
from grader.loading.recognition import belongs, duplicated, find_places
from grader.loading.submissions import Received
from grader.problem import ProblemSet
from grader.submission import Cell, Submission

_CONFLICT = re.compile(r"^<<<<<<< .*^=======$.*^>>>>>>> ", re.MULTILINE | re.DOTALL)


def open_submission(received: Received, problem_set: ProblemSet) -> Submission:
    """A submission with its cells and the places of its answers.

    Raises:
        SubmissionError: when the bytes cannot be read as one, or belong to another set.
    """
    document = read_document(received.data, received.name)
    if document.problem_set and document.problem_set != problem_set.name:
        raise SubmissionError(
            f"{received.name}: wrong assignment: this notebook is for {document.problem_set!r}, "
            f"{problem_set.name!r} was expected"
        )
    flags = [*received.flags, *document.flags]
    flags += [f"two cells are marked for answer {name}; the last that is not empty counts"
              for name in duplicated(document.cells)]  # fmt: skip
    flags += [f"{name!r} is not the file that was released; the course's own was used"
              for name, data in received.files if data != problem_set.files.get(name, data)]  # fmt: skip
    if any("solution" in cell.tag for cell in document.cells):
        flags.append("it holds cells of the sheet with solutions; was that sheet out before the deadline?")
    return Submission(
        student=received.student,
        problem_set=problem_set.name,
        digest=received.digest,
        cells=document.cells,
        places=find_places(document.cells, problem_set.problems),
        related=belongs(document.cells, problem_set.problems),
        files={**dict(received.files), **problem_set.files},
        notes=(*document.notes, *_remarks(document.cells, problem_set)),
        flags=tuple(flags),
        origin=received.origin,
        received=received.received,
        variant=document.variant,
    )


def _remarks(cells: Sequence[Cell], problem_set: ProblemSet) -> Iterator[str]:
    """What keeps a cell from being run, and can be seen without running it; for the student too."""
    for number, cell in enumerate(cells, 1):
        if cell.kind == "code" and _CONFLICT.search(cell.source):
            yield f"cell {number} holds git conflict markers (<<<<<<<, =======, >>>>>>>): keep one of both versions"
        named = [name for name in problem_set.owners if re.search(rf"\b{name}\b", cell.source)]
        if cell.kind == "raw" and named:
            answers = ", ".join(named[:3])
            yield f"cell {number}, which names {answers}, is of type raw, so it is not run: make it a code cell"
