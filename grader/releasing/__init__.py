"""Writes what students get from the problems alone."""

from grader.releasing.notebook import notebook_json, release_cells

__all__ = ["notebook_json", "release_cells"]
