"""Every exception of grader, by who mends it.

GraderError
├── AuthoringError        the author of a problem: a broken problem file, an unknown kind, a reference that fails
├── SubmissionError       the student: a file that cannot be read as a submission
├── EnvironmentFault      whoever runs grader: isolation not available, a package missing, a folder not writable
├── Unreadable            a student's formula, at a column; never leaves grader.mathematics.reading
├── BoundaryError         the student's process broke the protocol, and is dead to us from then on
├── LimitReached          a limit was hit: time, memory, processes, output, ... ; ``limit`` names it
├── Unanswerable          a recorded submission does not hold a value that a check asks for; it must run again
├── NotDecided            the mathematics (or a comparison) could not be settled; a person is asked
├── NoValue               a formula got no value at a point: raised and caught within the mathematics
│   ├── Undefined         it has none there: a division by zero
│   │   └── Nonconforming arrays whose sizes do not go together, which no value of a symbol can mend
│   ├── Imprecise         more digits are needed to tell
│   └── Beyond            this way of computing does not reach it
└── CheckFailed           not an error: the verdict "failed", with words for the student
"""

from __future__ import annotations

from collections.abc import Mapping


class GraderError(Exception):
    """Anything that grader raises on purpose."""


class AuthoringError(GraderError):
    """A problem set is not usable as written; its author mends it."""


class SubmissionError(GraderError):
    """A file cannot be graded as a submission; the message is for the student and the instructor."""


class Unreadable(GraderError):
    """A formula cannot be read; ``offset`` says where, and the reader turns it into a refusal."""

    def __init__(self, offset: int, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.offset = offset
        self.reason = reason
        self.suggestion = suggestion


class EnvironmentFault(GraderError):
    """The machine or the installation lacks something; whoever runs grader mends it."""


class BoundaryError(GraderError):
    """The student's process sent what the protocol does not allow, or ended; nothing more is asked of it."""


class LimitReached(GraderError):
    """A limit ended something; ``limit`` is ``time``, ``memory``, ``processes``, ``output``, ``disk`` or ``size``."""

    def __init__(self, limit: str, message: str) -> None:
        super().__init__(message)
        self.limit = limit


class Unanswerable(GraderError):
    """A value that was not recorded when the submission ran; running it again answers it."""


class NotDecided(GraderError):
    """A claim that could be neither proven nor refuted; the message says why, for the person who decides."""


class NoValue(GraderError):
    """A formula got no value at a point."""


class Undefined(NoValue):
    """The formula has no value there, whoever computes it; the message says which part."""


class Nonconforming(Undefined):
    """Arrays whose sizes do not go together; the message names them."""


class Imprecise(NoValue):
    """The numbers are not known to enough digits to tell."""


class Beyond(NoValue):
    """This way of computing does not reach the formula, or it would cost too much; another may."""


class CheckFailed(GraderError):
    """A claim does not hold; the words are for the student and never show an expected formula.

    ``evidence`` is plain data (JSON) that a report can draw: a witness, a table of differing entries.
    """

    def __init__(self, message: str, *, evidence: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.evidence = dict(evidence or {})
