"""Feedback files as archives: one page for each student, and the folders that Moodle takes back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from grader.errors import SubmissionError

_EPOCH = (1980, 1, 1, 0, 0, 0)


def pages_zip(pages: Mapping[str, str]) -> bytes:
    """An archive of pages by file name; the same pages always give the same bytes."""
    return _archive({name: page.encode("utf-8", "replace") for name, page in pages.items()})


def moodle_feedback_zip(pages: Mapping[str, str], participants: Mapping[str, tuple[str, str]]) -> bytes:
    """Feedback files in the folders that Moodle's "upload multiple feedback files" takes back.

    A folder is ``<full name>_<participant id>_assignsubmission_file``; an underscore in the name would break Moodle's
    reading of it, so it becomes a blank.

    Args:
        pages: HTML by student.
        participants: student to (full name, participant id), from Moodle's own worksheet or download.

    Raises:
        SubmissionError: naming students without a participant id; nothing is lost silently.
    """
    unknown = [student for student in pages if student not in participants]
    if unknown:
        raise SubmissionError(f"no participant id of Moodle for {', '.join(map(repr, unknown[:10]))}")
    files = {}
    for student, page in pages.items():
        name, identifier = participants[student]
        if not identifier.isdigit():
            raise SubmissionError(f"{student!r}: the participant id must be a number, got {identifier!r}")
        plain = re.sub(r'[_/\\:*?"<>|\x00-\x1f]+', " ", name).strip() or "student"
        files[f"{plain}_{identifier}_assignsubmission_file/feedback.html"] = page.encode("utf-8", "replace")
    return _archive(files)


def _archive(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    return out.getvalue()
