"""Turns recorded results into pages: everything a student wrote is escaped, nothing is executed."""

from grader.rendering.pages import ClassInsight, file_name, render_class, render_submission
from grader.rendering.spreadsheet import grades_csv

__all__ = ["ClassInsight", "file_name", "grades_csv", "render_class", "render_submission"]
