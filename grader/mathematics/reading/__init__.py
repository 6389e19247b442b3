"""Reads any text a student may write as a formula, completely or not at all."""

from grader.mathematics.reading.answer import Reading, Refusal
from grader.mathematics.reading.inferring import infer
from grader.mathematics.reading.limits import LIMITS, Limits
from grader.mathematics.reading.reader import free_symbols, read
from grader.mathematics.reading.statements import conclusion

__all__ = ["LIMITS", "Limits", "Reading", "Refusal", "conclusion", "free_symbols", "infer", "read"]
