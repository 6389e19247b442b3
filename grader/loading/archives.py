"""Opens zip and tar archives that may be hostile: regular files only, into memory, under caps, no name ever a path."""

from __future__ import annotations

import io
import lzma
import re
import stat
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from grader.errors import SubmissionError


@dataclass(frozen=True)
class ArchiveLimits:
    """What an archive may hold: entries, bytes of one file and of all, how many times its own size, depth of names."""

    entries: int = 20_000
    file_bytes: int = 64 << 20
    total_bytes: int = 2 << 30
    ratio: int = 200
    depth: int = 12
    name: int = 240


LIMITS = ArchiveLimits()
_ENCRYPTED = 0x1


def read_archive(data: bytes, name: str, *, limits: ArchiveLimits = LIMITS) -> dict[str, bytes]:
    """The regular files of a zip or tar archive, by their names in it.

    Raises:
        SubmissionError: naming the archive, the entry and what is wrong with it; then nothing of it is used.
    """
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        entries = _zip(data, name, limits)
    elif data[:2] == b"\x1f\x8b" or data[257:262] == b"ustar" or data[:6] == b"\xfd7zXZ\x00" or data[:3] == b"BZh":
        entries = _tar(data, name, limits)
    else:
        raise SubmissionError(f"{name}: a zip or tar archive was expected")
    found: dict[str, bytes] = {}
    folded: set[str] = set()
    folders: set[str] = set()
    total = 0
    try:
        for number, (entry, content) in enumerate(entries, 1):
            if number > limits.entries:
                raise SubmissionError(f"{name}: more than {limits.entries} entries")
            plain = safe_name(entry, name, limits)
            same = unicodedata.normalize("NFC", plain).casefold()
            above = {same[:place] for place, sign in enumerate(same) if sign == "/"}
            if same in folded or same in folders or above & folded:
                raise SubmissionError(f"{name}: {plain!r} is there twice, or as a file and as a folder")
            total += len(content)
            if total > limits.total_bytes or total > limits.ratio * max(len(data), 1 << 16):
                raise SubmissionError(f"{name}: it unpacks to more than is allowed")
            folded.add(same)
            folders |= above
            found[plain] = content
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError,
            NotImplementedError, RuntimeError) as error:  # fmt: skip
        raise SubmissionError(f"{name}: damaged, or packed in a way that is not read: {error}") from error
    return found


def safe_name(entry: str, archive: str, limits: ArchiveLimits = LIMITS) -> str:
    """An entry's name, if it could be nothing but a file below the archive's own folder.

    Raises:
        SubmissionError: naming the entry and what is wrong.
    """
    shown = repr(entry[:100])
    entry = entry.removeprefix("./")
    parts = entry.split("/")
    if not entry or entry.startswith(("/", "\\")) or "\\" in entry or re.match(r"^[A-Za-z]:", entry):
        raise SubmissionError(f"{archive}: {shown} is no relative name")
    if ".." in parts or "." in parts or "" in parts:
        raise SubmissionError(f"{archive}: {shown} leads out of the archive, or nowhere")
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in entry):
        raise SubmissionError(f"{archive}: {shown} has control characters")
    if len(parts) > limits.depth or len(entry.encode("utf-8", "surrogatepass")) > limits.name:
        raise SubmissionError(f"{archive}: {shown} is too deep or too long")
    return entry.encode("utf-8", "replace").decode()


def _zip(data: bytes, name: str, limits: ArchiveLimits) -> Iterator[tuple[str, bytes]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise SubmissionError(f"{name}: damaged, or packed in a way that is not read: {error}") from error
    with archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            mode = entry.external_attr >> 16
            if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                raise SubmissionError(f"{name}: {entry.filename[:100]!r} is a link or a device, not a file")
            if entry.flag_bits & _ENCRYPTED:
                raise SubmissionError(f"{name}: {entry.filename[:100]!r} is encrypted")
            with archive.open(entry) as file:
                # the size that the archive claims is not believed
                content = file.read(limits.file_bytes + 1)
            if len(content) > limits.file_bytes:
                raise SubmissionError(f"{name}: {entry.filename[:100]!r} is over {limits.file_bytes >> 20} MB")
            yield entry.filename, content


def _tar(data: bytes, name: str, limits: ArchiveLimits) -> Iterator[tuple[str, bytes]]:
    try:
        archive = tarfile.open(fileobj=io.BytesIO(data), mode="r|*")  # noqa: SIM115 - opened below, once it is one
    except (tarfile.TarError, EOFError, OSError, zlib.error, lzma.LZMAError) as error:
        raise SubmissionError(f"{name}: damaged, or packed in a way that is not read: {error}") from error
    with archive:
        for entry in archive:
            if entry.isdir():
                continue
            if not entry.isreg() or entry.issparse():
                raise SubmissionError(f"{name}: {entry.name[:100]!r} is a link or a device, not a file")
            if entry.size > limits.file_bytes:
                raise SubmissionError(f"{name}: {entry.name[:100]!r} is over {limits.file_bytes >> 20} MB")
            file = archive.extractfile(entry)
            yield entry.name, file.read(limits.file_bytes + 1) if file is not None else b""
