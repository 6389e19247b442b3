"""Judges one problem of one submission: runs its checks, and recognises known mistakes behind those that fail."""

from grader.checking.answers import Answers, formula_text, record_answer
from grader.checking.checks import Judged, Live, Suspect, check_problem, seed_of

__all__ = ["Answers", "Judged", "Live", "Suspect", "check_problem", "formula_text", "record_answer", "seed_of"]
