"""The words of a formula, the same for both syntaxes: what a scanner makes and the grammar reads."""

from __future__ import annotations

from typing import NamedTuple


class Token(NamedTuple):
    r"""One word, with its place in the text.

    ``kind`` is ``number``, ``word`` (letters that name something), ``op``, ``open``, ``close``, ``bar``, ``command``
    (a LaTeX structure such as ``frac``), ``remark`` (prose inside ``\\text{}``), ``keyword`` or ``end``. ``space`` says
    that white space stands before it, ``quad`` that it is wide. ``font`` is the LaTeX alphabet of a word: ``bold``,
    ``double``, ``script``, ``upright`` or nothing.
    """

    kind: str
    text: str
    start: int
    end: int
    space: bool = False
    font: str = ""
    quad: bool = False
