"""Reads the lists that a course keeps in a spreadsheet: whatever delimiter and mark it was saved with."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from grader.errors import AuthoringError

_DELIMITERS = (",", ";", "\t")


def read_table(path: Path, *columns: str) -> list[tuple[int, Mapping[str, str]]]:
    """The rows of a CSV in UTF-8 by column, with their line; blank rows are passed over, spaces around cells taken off.

    Args:
        path: the file; its first line names the columns, by commas, semicolons or tabs.
        columns: those that it must have.

    Raises:
        AuthoringError: saying what is wrong with the file, or which columns it has.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AuthoringError(f"{path}: not UTF-8 at byte {error.start}; save it as CSV in UTF-8") from error
    except OSError as error:
        raise AuthoringError(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    first = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        raise AuthoringError(f"{path}:{reader.line_num}: not valid CSV: {error}") from error
    header = rows[0][1] if rows else []
    missing = [name for name in columns if name not in header]
    if missing:
        has = ", ".join(name for name in header[:12] if name) or "nothing"
        raise AuthoringError(f"{path}: a CSV with the column {missing[0]} was expected; its first line names {has}")
    return [(line, dict(zip(header, row, strict=False))) for line, row in rows[1:] if any(row)]
