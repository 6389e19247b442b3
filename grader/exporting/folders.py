"""Feedback files as archives: one page for each student, and the folders that Moodle takes back."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import IO

from grader.errors import SubmissionError

_EPOCH = (1980, 1, 1, 0, 0, 0)


def pages_zip(out: IO[bytes], pages: Iterable[tuple[str, bytes]]) -> None:
    """Write an archive of pages by file name; the same pages always give the same bytes."""
    _archive(out, pages)


def moodle_feedback_zip(
    out: IO[bytes], pages: Iterable[tuple[str, bytes]], participants: Mapping[str, tuple[str, str]]
) -> None:
    """Write feedback files in the folders that Moodle's "upload multiple feedback files" takes back.

    A folder is ``<full name>_<participant id>_assignsubmission_file``; an underscore in the name would break Moodle's
    reading of it, so it becomes a blank.

    Args:
        out: the archive.
        pages: students and their pages.
        participants: student to (full name, participant id), from Moodle's own worksheet or download.

    Raises:
        SubmissionError: naming a student without a participant id; nothing is lost silently.
    """
    _archive(out, ((moodle_folder(student, participants) + "/feedback.html", page) for student, page in pages))


def moodle_folder(student: str, participants: Mapping[str, tuple[str, str]]) -> str:
    """The folder in which Moodle expects a student's feedback.

    Raises:
        SubmissionError: when there is no participant id of the student, or it is none.
    """
    if student not in participants:
        raise SubmissionError(f"no participant id of Moodle for {student!r}")
    name, identifier = participants[student]
    if not (identifier.isascii() and identifier.isdigit()):
        raise SubmissionError(f"{student!r}: the participant id must be a number, got {identifier!r}")
    plain = re.sub(r'[_/\\:*?"<>|\x00-\x1f]+', " ", name).strip() or "student"
    return f"{plain[:120]}_{identifier}_assignsubmission_file"


def _archive(out: IO[bytes], files: Iterable[tuple[str, bytes]]) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
