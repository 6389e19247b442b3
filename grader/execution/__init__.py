"""Runs notebooks in processes of their own and lets the judge ask them for values."""

from grader.execution.kernels import CellRun, Kernel
from grader.execution.limits import Limits
from grader.execution.worker import Worker

__all__ = ["CellRun", "Kernel", "Limits", "Worker"]
