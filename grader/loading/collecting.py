"""Finds who handed in what in the folders that Moodle, Canvas and Gradescope make for download."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from grader.errors import SubmissionError
from grader.loading.archives import ArchiveLimits, read_archive

_MOODLE = re.compile(r"^(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?$")
_CANVAS = re.compile(r"^(?P<name>[a-z0-9]+?)(?P<late>_LATE)?_(?P<id>\d+)_(?P<file>\d+)_(?P<rest>.+)$", re.IGNORECASE)
_GRADESCOPE = re.compile(r"^submission_(?P<id>\d+)$")
_OF_THE_SOURCE = ("submission_metadata.yml",)
NOTEBOOKS = (".ipynb", ".py", ".md")
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")
MOST_NESTED = 3
_OF_ONE = ArchiveLimits(entries=2_000, file_bytes=32 << 20, total_bytes=128 << 20)


@dataclass(frozen=True)
class Collected:
    """One hand-in as the source names it: who, the files, the source's own id, and when it was received if known."""

    source: str
    owner: str
    identifier: str
    files: Mapping[str, bytes]
    late: bool = False
    received: str = ""

    @property
    def has_notebook(self) -> bool:
        """Whether there is anything in it that can be graded."""
        return any(name.lower().endswith(NOTEBOOKS) for name in self.files)


def collect(files: Mapping[str, bytes]) -> list[Collected]:
    """The hand-ins among the files of a download, by the layout that their names show.

    Moodle: ``<full name>_<participant>_assignsubmission_file/<file>``. Canvas:
    ``<name>[_LATE]_<user>_<file id>_<file>``, of which only the newest of each user counts. Gradescope:
    ``submission_<id>/<file>`` with ``submission_metadata.yml``. Anything else: a folder for each student.

    What a student handed in as an archive is unpacked; a hand-in without a notebook is one all the same, so that nobody
    is lost.

    Raises:
        SubmissionError: when nothing in it looks like a hand-in.
    """
    top = _without_common_folder(files)
    folders: dict[str, dict[str, bytes]] = {}
    loose = _loose(top)
    for path, data in top.items():
        head, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(head, {})[rest] = data
    found = [_folder(name, inside, loose) for name, inside in sorted(folders.items())]
    found += _canvas(loose)
    found = [replace(one, files=unpacked(one.files)) for one in found]
    if not any(one.has_notebook for one in found):
        raise SubmissionError(f"no hand-in found; it holds {', '.join(sorted(top)[:8]) or 'nothing'}")
    return found


def passed_over(files: Mapping[str, bytes]) -> list[str]:
    """The files of a download that stand beside the hand-ins and show by no name whose they are."""
    loose = _loose(_without_common_folder(files))
    return sorted(name for name in loose if not _CANVAS.match(name) and name not in _OF_THE_SOURCE)


def unpacked(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Files with the contents of an archive in its place, also of one inside of another; what is none stays."""
    found = dict(files)
    for _ in range(MOST_NESTED):
        archives = [name for name in found if name.lower().endswith(ARCHIVES)]
        for name in archives:
            try:
                inside = read_archive(found[name], name, limits=_OF_ONE)
            except SubmissionError:
                # it stays as it is, and whoever grades is told what was handed in
                continue
            del found[name]
            where = name.rpartition("/")[0]
            for inner, data in inside.items():
                if not inner.startswith("__MACOSX/"):
                    found[f"{where}/{inner}".lstrip("/")] = data
    return found


def _loose(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: data for path, data in files.items() if "/" not in path}


def match_roster(
    collected: Iterable[Collected], roster: Mapping[str, Iterable[str]]
) -> tuple[dict[str, Collected], list[Collected]]:
    """Which student each hand-in belongs to, and those that fit nobody or more than one.

    Args:
        collected: the hand-ins.
        roster: student to every spelling by which a source may know them: name, login, e-mail, id.
    """
    known: dict[str, set[str]] = {}
    for student, spellings in roster.items():
        for spelling in (student, *spellings):
            if _plain(spelling):
                known.setdefault(_plain(spelling), set()).add(student)
    found: dict[str, Collected] = {}
    unknown = []
    for one in collected:
        fits = known.get(_plain(one.owner), set()) | known.get(_plain(one.identifier), set())
        if len(fits) == 1 and (student := min(fits)) not in found:
            found[student] = one
        else:
            unknown.append(one)
    return found, unknown


def _folder(name: str, inside: Mapping[str, bytes], loose: Mapping[str, bytes]) -> Collected:
    moodle = _MOODLE.match(name)
    if moodle:
        return Collected("moodle", moodle["name"], moodle["id"], dict(inside))
    gradescope = _GRADESCOPE.match(name)
    if gradescope:
        metadata = loose.get("submission_metadata.yml", b"").decode("utf-8", "replace")
        owner, received = _gradescope(metadata, name)
        return Collected("gradescope", owner, gradescope["id"], dict(inside), received=received)
    return Collected("folders", name, name, dict(inside))


def _gradescope(metadata: str, folder: str) -> tuple[str, str]:
    """Owner and time from Gradescope's own file, read line by line: it is theirs, but no YAML is ever loaded."""
    match = re.search(rf"^{re.escape(folder)}:\n((?:[ \t]+.*\n?|\n)*)", metadata, re.MULTILINE)
    block = match[1] if match else ""
    name = re.search(r":(?:name|email): *['\"]?([^'\"\n]+)", block)
    created = re.search(r":created_at: *['\"]?(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)[.\d]* ?(Z|[+-]\d\d:?\d\d)?", block)
    received = f"{created[1]}T{created[2]}{_offset(created[3])}" if created else ""
    return (name[1].strip() if name else folder), received


def _offset(text: str | None) -> str:
    if not text or text == "Z":
        return "+00:00"
    return text if ":" in text else f"{text[:3]}:{text[3:]}"


def _canvas(loose: Mapping[str, bytes]) -> list[Collected]:
    newest: dict[str, tuple[int, Collected]] = {}
    for name, data in loose.items():
        canvas = _CANVAS.match(name)
        if canvas is None:
            continue
        number = int(canvas["file"])
        one = Collected("canvas", canvas["name"], canvas["id"], {canvas["rest"]: data}, late=bool(canvas["late"]))
        before = newest.get(canvas["id"])
        if before is None or before[0] < number:
            newest[canvas["id"]] = (number, one)
    return [one for _, one in newest.values()]


def _without_common_folder(files: Mapping[str, bytes]) -> dict[str, bytes]:
    names = [name for name in files if not name.startswith("__MACOSX/") and not name.endswith(".DS_Store")]
    heads = {name.partition("/")[0] for name in names}
    (only,) = heads if len(heads) == 1 else ("",)
    direct = any(name.count("/") == 1 and name.lower().endswith(NOTEBOOKS) for name in names)
    nested = not direct and any(name.count("/") >= 2 for name in names)
    if only and nested and not _MOODLE.match(only):
        return {name.partition("/")[2]: files[name] for name in names if "/" in name}
    return {name: files[name] for name in names}


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace(",", "")
