r"""Vectors by their unit vectors, ``3\hat i + 4\hat j``, and ``\nabla f = (2x, 2y)``, beside a list."""

from __future__ import annotations

import re

_UNIT = re.compile(
    r"(?:\\(?:hat|mathbf|vec|bm|boldsymbol|widehat)\s*(?:\{\s*(?:\\(?:hat|mathbf)\s*\{?\s*)?\\?([ijk])(?:math)?\s*\}*|\\?([ijk])(?:math)?)"
    r"|\\hat\s*\\([ij])math|(?<![A-Za-z\\_^])(?P<plain>[ijk])(?![A-Za-z]))\s*$"
)
_INDEXED = re.compile(r"[_^=]|\\(?:sum|prod|int|lim|max|min)(?![A-Za-z])")
_LIST = re.compile(r"\s*\$?\s*(?:\\left)?(?:\\langle|<|\(|\[)(.*,.*)(?:\\right)?(?:\\rangle|>|\)|\])\s*\$?\s*\.?\s*")
_ANGLED = re.compile(r"\s*\$?\s*(?:\\left)?(?:\\langle|⟨)(.*,.*)(?:\\right)?(?:\\rangle|⟩)\s*\$?\s*\.?\s*")
_COLUMN = re.compile(r"\\begin\s*\{[bp]?matrix\}")
_HEAD = re.compile(
    r"\s*\$?\s*(?:\\nabla|∇|\\operatorname\s*\{\s*grad\s*\}|grad)\s*[A-Za-z](?:\([A-Za-z, ]*\))?\s*=\s*(?=\S)"
)
_PLACES = "ijk"


def as_lists(text: str, other: str, *, declared: bool) -> str:
    """A vector written by unit vectors as the list of its entries, where the other text is a list or a column.

    A plain i is one only where the question declares no names, and where nothing has an index.
    """
    head = _HEAD.match(text)
    if head is not None and "=" not in other and text.count("$", head.end()) < len("$$"):
        text = text[head.end() :]
    bare = _HEAD.sub("", other)
    if _ANGLED.fullmatch(bare) is not None and _ANGLED.fullmatch(text) is not None:
        return text
    found = _LIST.fullmatch(bare)
    size = len(_entries(found[1])) if found is not None else 0
    if found is None and _COLUMN.search(bare):
        size = bare.count("\\\\") + 1
    if size not in {2, 3}:
        return text
    angled = _ANGLED.fullmatch(text)
    if angled is not None and len(_entries(angled[1])) == size:
        return f"({angled[1]})"
    return _by_units(text, size, plain=not declared and _INDEXED.search(text) is None) or text


def _by_units(text: str, size: int, *, plain: bool) -> str | None:
    entries = dict.fromkeys(_PLACES[:size], "")
    for term in _terms(text.strip().strip("$").rstrip(".")):
        found = _UNIT.search(term)
        letter = next(filter(None, found.groups()), "") if found is not None else ""
        if found is None or (found["plain"] and not plain) or entries.get(letter, "taken"):
            return None
        factor = re.sub(r"(?:\\cdot|\\,|\*)\s*$", "", term[: found.start()].rstrip()).strip()
        entries[letter] = {"": "1", "+": "1", "-": "-1"}.get(factor, factor.removeprefix("+"))
    if not any(entries.values()):
        return None
    return "(" + ", ".join(entry or "0" for entry in entries.values()) + ")"


def _terms(text: str) -> list[str]:
    """The terms of a sum, each with its sign."""
    terms, depth = [""], 0
    for character in text:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if character in "+-" and depth == 0 and terms[-1].strip() and terms[-1].rstrip()[-1] not in "^*/(":
            terms.append("")
        terms[-1] += character
    return [term.strip() for term in terms]


def _entries(text: str) -> list[str]:
    entries, depth = [""], 0
    for character in text:
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(character, 0)
        if character == "," and depth == 0:
            entries.append("")
        else:
            entries[-1] += character
    return entries
