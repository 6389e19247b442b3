"""Reads an author's translations of a set: gettext's PO files, as translators edit them, without compiling them."""

from __future__ import annotations

import re
from pathlib import Path

from grader.errors import AuthoringError

_LINE = re.compile(r'(?:(msgid|msgstr)\s+)?"((?:[^"\\]|\\.)*)"')
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}


def read_po(path: Path) -> dict[str, str]:
    """What each text is in another language; nothing when there is no such file.

    Texts are compared word by word, without line breaks and indentation, so the keys are on one line. Entries without
    a translation, and those marked ``fuzzy``, are left out. Plural forms and contexts have no place here.

    Raises:
        AuthoringError: naming the line that is not as it should be.
    """
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    source, words, into = "", "", ""
    fuzzy = next_fuzzy = False
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), 'msgid ""'], 1):
        text = line.strip()
        if text.startswith("#") or not text:
            # a comment belongs to the entry that follows it
            next_fuzzy = next_fuzzy or (text.startswith("#,") and "fuzzy" in text)
            continue
        match = _LINE.fullmatch(text)
        if match is None or not (match[1] or into):
            raise AuthoringError(f'{path}, line {number}: msgid "…" or msgstr "…" was expected, got {text[:60]!r}')
        piece = re.sub(r"\\(.)", lambda escape: _ESCAPES.get(escape[1], escape[1]), match[2])
        if match[1] == "msgid":
            if source and words and not fuzzy:
                found[" ".join(source.split())] = words
            source, words, into = piece, "", "msgid"
            fuzzy, next_fuzzy = next_fuzzy, False
        elif match[1] == "msgstr":
            words, into = piece, "msgstr"
        elif into == "msgid":
            source += piece
        else:
            words += piece
    return found
