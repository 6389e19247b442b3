"""The second comparing process, which also holds sympy; it is asked only what the first could not decide."""

from __future__ import annotations

from grader.mathematics.serving import serve
from grader.mathematics.simplifying import simplify, without_antiderivatives

if __name__ == "__main__":
    serve(simplify, without_antiderivatives)
