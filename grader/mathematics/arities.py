"""How many arguments a function takes of which the question only says that it is one: as many as it is written with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.mathematics.kinds import Declaration, Kind

MOST = 8
OPENING, CLOSING = "([{", ")]}"


def with_arities(declaration: Declaration, texts: Sequence[str]) -> Declaration:
    """The declaration with the number of arguments of each plain ``function``, where all texts agree on one.

    Args:
        declaration: the question's symbols; ``function 2`` says a number, plain ``function`` none.
        texts: the expected formula and the answer.
    """
    found: dict[str, Kind] = {}
    for name, kind in declaration.symbols.items():
        if kind.name != "function" or declaration.texts.get(name, "").strip() != "function":
            continue
        counts = {count for text in texts for count in _counts(name, text)}
        if len(counts) == 1 and 1 < min(counts) <= MOST:
            found[name] = replace(kind, arity=min(counts))
    return replace(declaration, symbols=_changed(declaration.symbols, found)) if found else declaration


def _changed(symbols: Mapping[str, Kind], found: Mapping[str, Kind]) -> dict[str, Kind]:
    return {name: found.get(name, kind) for name, kind in symbols.items()}


def _counts(name: str, text: str) -> list[int]:
    """With how many arguments a name is followed by brackets, each time it is."""
    pattern = rf"(?<![A-Za-z]){re.escape(name)}\s*(?:\\left\s*)?\("
    return [count for found in re.finditer(pattern, text) if (count := _arguments(text, found.end()))]


def _arguments(text: str, start: int) -> int:
    """How many parts stand between an opening bracket and its end; 0 where it has none."""
    depth, parts = 1, 1
    for sign in text[start:]:
        if sign in OPENING:
            depth += 1
        elif sign in CLOSING:
            depth -= 1
            if not depth:
                return parts
        elif sign == "," and depth == 1:
            parts += 1
    return 0
