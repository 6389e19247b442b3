"""Reads the bytes of a notebook, a script or a Markdown file into plain cells, under caps, whatever was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from grader.errors import SubmissionError
from grader.submission import Cell

MAX_BYTES = 32 << 20
MAX_CELLS = 2_000
MAX_SOURCE = 1 << 20
SUFFIXES = (".ipynb", ".py", ".md")

_LFS = b"version https://git-lfs.github.com/spec/"
_FENCE = re.compile(r"^(`{3,}|~{3,})[ \t]*(python3?|py)?[ \t]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """What a file holds: its cells, which problem set it says it belongs to, and remarks about the file."""

    cells: tuple[Cell, ...]
    problem_set: str = ""
    language: str = "python"
    notes: tuple[str, ...] = ()
    variant: str = ""
    flags: tuple[str, ...] = field(default=())


class _DuplicateKeyError(ValueError):
    pass


def read_document(data: bytes, name: str) -> Document:
    """Read a file by its name's suffix.

    Raises:
        SubmissionError: naming the file and the exact reason; never anything else.
    """
    lowered = name.lower()
    if len(data) > MAX_BYTES:
        raise SubmissionError(
            f"{name}: {len(data) / 2**20:.0f} MB is over the limit of {MAX_BYTES >> 20} MB; "
            "clear all outputs and save it again"
        )
    if not data.strip(b" \t\r\n\x00"):
        raise SubmissionError(f"{name}: the file is empty")
    if lowered.endswith(".ipynb"):
        return _notebook(data, name)
    text, notes = _decode(data)
    if lowered.endswith(".py"):
        return Document(_script(text), notes=notes)
    if lowered.endswith(".md"):
        return Document(_markdown(text), notes=notes)
    raise SubmissionError(f"{name}: a notebook (.ipynb), a script (.py) or Markdown (.md) was expected")


def _notebook(data: bytes, name: str) -> Document:
    text, notes = _decode(data)
    _refuse_impostors(data, text, name)
    try:
        # NaN is not JSON, but old tools write it into outputs, which are thrown away anyway
        content = json.loads(text, object_pairs_hook=_unique, parse_constant=lambda _: None)
    except _DuplicateKeyError as error:
        raise SubmissionError(f"{name}: not a valid notebook: the key {error} occurs twice in one object") from error
    except RecursionError as error:
        raise SubmissionError(f"{name}: not a valid notebook: it is nested too deeply") from error
    except json.JSONDecodeError as error:
        where = f"at character {error.pos} (line {error.lineno})"
        cut = "; the file seems to be cut off" if text.lstrip()[:1] == "{" and text.rstrip()[-1:] != "}" else ""
        raise SubmissionError(f"{name}: not valid JSON {where}: {error.msg.lower()}{cut}") from error
    except ValueError as error:
        raise SubmissionError(f"{name}: not a valid notebook: a number in it is too large") from error
    if not isinstance(content, dict):
        raise SubmissionError(f"{name}: not a notebook: its top level is {_json_type(content)}, not an object")
    return _content(content, name, notes)


def _content(content: dict[str, object], name: str, notes: tuple[str, ...]) -> Document:
    version = content.get("nbformat")
    remarks = list(notes)
    if isinstance(version, int) and version < 4:
        remarks.append(f"the notebook is in the old format {version}; it was read as it is")
    elif version != 4:
        remarks.append(f"the notebook says format {version!r}; it was read as format 4")
    raw = content.get("cells", _worksheets(content))
    if not isinstance(raw, list):
        raise SubmissionError(f"{name}: not a notebook: cells are {_json_type(raw)}, not a list")
    if len(raw) > MAX_CELLS:
        raise SubmissionError(f"{name}: {len(raw)} cells are over the limit of {MAX_CELLS}")
    cells, flags = [], []
    for index, entry in enumerate(raw):
        cell = _cell(entry, index, name)
        if cell is None:
            flags.append(f"cell {index + 1} is no readable cell and was left out")
            cell = Cell("raw", "")
        cells.append(cell)
    if raw and len(flags) == len(raw):
        raise SubmissionError(f"{name}: not a notebook: none of its {len(raw)} cells can be read")
    metadata = _mapping(content.get("metadata"))
    ours = _mapping(metadata.get("grader"))
    kernel = _mapping(metadata.get("kernelspec"))
    language = str(kernel.get("language") or _mapping(metadata.get("language_info")).get("name") or "python")
    if language.lower() not in {"python", "python3", "ipython"}:
        flags.append(f"the notebook says its language is {language[:40]!r}; it was run as Python")
    return Document(
        tuple(cells),
        problem_set=_word(ours.get("problem_set")),
        language=language[:40],
        notes=tuple(remarks),
        variant=_word(ours.get("variant")),
        flags=tuple(flags),
    )


def _cell(entry: object, index: int, name: str) -> Cell | None:
    if not isinstance(entry, dict):
        return None
    source = entry.get("source", entry.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    if len(source) > MAX_SOURCE:
        raise SubmissionError(f"{name}: cell {index + 1} has {len(source)} characters, the limit is {MAX_SOURCE}")
    kind = entry.get("cell_type")
    if not isinstance(kind, str) or kind not in ("code", "markdown", "raw", "heading", "html"):
        return None
    tag = _mapping(_mapping(entry.get("metadata")).get("grader"))
    count = entry.get("execution_count")
    return Cell(
        kind={"heading": "markdown", "html": "markdown"}.get(kind, kind),
        source=clean(source),
        tag={key: _word(value) for key, value in tag.items() if key in ("answer", "problem", "setup", "solution")},
        stored_outputs=bool(entry.get("outputs")),
        execution_count=count if isinstance(count, int) and not isinstance(count, bool) else None,
    )


def clean(text: str) -> str:
    """Text without lone surrogates and NUL, with line ends as Python reads them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")
    return text.encode("utf-8", "replace").decode("utf-8")


def _decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        note = f"the file is not UTF-8 (byte {error.start}); unreadable characters are shown as \ufffd"
        return data.decode("utf-8", "replace"), (note,)


def _refuse_impostors(data: bytes, text: str, name: str) -> None:
    head = text.lstrip()[:200].lower()
    if data.startswith(_LFS):
        raise SubmissionError(f"{name}: this is a Git LFS pointer, not the notebook; push the file itself")
    if head.startswith(("<!doctype", "<html", "<?xml")):
        raise SubmissionError(f"{name}: this is a web page saved as a notebook; download the file itself")
    if data.startswith(b"PK\x03\x04"):
        raise SubmissionError(f"{name}: this is a zip archive named as a notebook")
    if data.startswith(b"%PDF"):
        raise SubmissionError(f"{name}: this is a PDF named as a notebook")
    found = re.search(r"^(<{7}|={7}|>{7})( |$)", text, re.MULTILINE)
    if found and not _parses(text):
        line = text.count("\n", 0, found.start()) + 1
        raise SubmissionError(f"{name}: line {line} holds git conflict markers; resolve the conflict and commit again")


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _DuplicateKeyError(repr(next(key for key in keys if keys.count(key) > 1))[:80])
    return result


def _worksheets(content: Mapping[str, object]) -> object:
    sheets = content.get("worksheets")
    if not isinstance(sheets, list):
        return content.get("cells")
    groups = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for group in groups if isinstance(group, list) for cell in group]


def _script(text: str) -> tuple[Cell, ...]:
    cells, kind, lines = [], "code", list[str]()
    for line in [*clean(text).split("\n"), "# %%"]:
        mark = re.match(r"^# ?%%(.*)$", line)
        if mark is None:
            lines.append(line)
            continue
        if any(part.strip() for part in lines):
            body = "\n".join(re.sub(r"^# ?", "", part) for part in lines) if kind == "markdown" else "\n".join(lines)
            cells.append(Cell(kind, body.strip("\n")))
        kind, lines = ("markdown" if "[markdown]" in mark[1] else "code"), []
    return tuple(cells)


def _markdown(text: str) -> tuple[Cell, ...]:
    cells, lines, fence = list[Cell](), list[str](), ""
    for line in clean(text).split("\n"):
        found = _FENCE.match(line)
        closing = fence and line.strip() == fence
        if closing or (not fence and found and found[2]):
            if any(part.strip() for part in lines):
                cells.append(Cell("code" if fence else "markdown", "\n".join(lines).strip("\n")))
            lines, fence = [], "" if closing or not found else found[1]
        else:
            lines.append(line)
    if any(part.strip() for part in lines):
        cells.append(Cell("code" if fence else "markdown", "\n".join(lines).strip("\n")))
    return tuple(cells)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str:
    return clean(str(value))[:200] if isinstance(value, str | int) else ""


def _json_type(value: object) -> str:
    names = {list: "a list", str: "a string", dict: "an object", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
