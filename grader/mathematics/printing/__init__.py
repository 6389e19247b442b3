"""Prints trees, as LaTeX and as plain text, so that reading them gives the same tree again."""

from grader.mathematics.printing.latex import to_latex
from grader.mathematics.printing.text import to_text

__all__ = ["to_latex", "to_text"]
