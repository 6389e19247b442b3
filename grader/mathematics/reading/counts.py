"""The counts of a classifier, TP, FP, TN and FN, which are one name each and no products of letters."""

from __future__ import annotations

from collections.abc import Sequence

from grader.mathematics.functions import find
from grader.mathematics.reading.tokens import Token

_COUNTS = frozenset({"TP", "FP", "TN", "FN"})
_RATES = frozenset({"TPR", "FPR", "TNR", "FNR", "PPV", "NPV"})
_OWN = frozenset("TF")
"""Letters that would be symbols of their own if the counts were products."""


def undeclared_counts(texts: Sequence[Sequence[Token]]) -> tuple[frozenset[str], frozenset[str]]:
    """The counts and rates in scanned texts, and the letters that stand only in them.

    Both are empty unless two different counts occur and neither T nor F stands anywhere else.
    """
    words = {token.text for tokens in texts for token in tokens if token.kind == "word"}
    found = words & (_COUNTS | _RATES)
    others = {letter for word in words - found if find(word) is None for letter in word}
    if len(found & _COUNTS) <= 1 or others & _OWN:
        return frozenset(), frozenset()
    return frozenset(found), frozenset(letter for word in found for letter in word) - others
