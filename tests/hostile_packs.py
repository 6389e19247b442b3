"""Packs of git written by hand: blobs of any size out of a few bytes, which no push would take so long to make."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

TEN_GIGABYTES = 10 << 30
ZEROS = "1119181c4708377b56e8dedc83bba16a2ce4a254"
"""What git calls a blob of ten gigabytes of zeros; finding it out takes as long as hashing them."""

BLOCK = 1 << 20
COPY = 0xFFFFFF
"""The most that one instruction of a delta copies."""

_BLOB, _DELTA = 3, 7
_ADLER = 65_521


def write_zeros(repository: Path) -> str:
    """Put ten gigabytes of zeros into a bare repository, deflated; its object name. Takes ten megabytes."""
    _write_pack(repository, {ZEROS: _head(_BLOB, TEN_GIGABYTES) + _deflated_zeros(TEN_GIGABYTES)})
    return ZEROS


def write_delta_bomb(repository: Path) -> str:
    """The same as copies of a blob of 16 MB, one after the other; takes some twenty kilobytes."""
    base = bytes(COPY)
    name = hashlib.sha1(b"blob %d\0" % len(base) + base, usedforsecurity=False).hexdigest()
    whole, rest = divmod(TEN_GIGABYTES, COPY)
    copies = (b"\xf0" + COPY.to_bytes(3, "little")) * whole + (b"\xf0" + rest.to_bytes(3, "little"))
    delta = _varint(len(base)) + _varint(TEN_GIGABYTES) + copies
    entries = {
        name: _head(_BLOB, len(base)) + zlib.compress(base),
        ZEROS: _head(_DELTA, len(delta)) + bytes.fromhex(name) + zlib.compress(delta),
    }
    _write_pack(repository, entries)
    return ZEROS


def _deflated_zeros(size: int) -> bytes:
    """A zlib stream of zeros, a whole number of blocks: one block written again and again."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = compressor.compress(bytes(BLOCK)) + compressor.flush(zlib.Z_FULL_FLUSH)
    return b"\x78\xda" + block * (size // BLOCK) + b"\x03\x00" + struct.pack(">I", (size % _ADLER) << 16 | 1)


def _head(kind: int, size: int) -> bytes:
    first = kind << 4 | size & 15
    rest = _varint(size >> 4) if size >> 4 else b""
    return bytes([first | (0x80 if rest else 0)]) + rest


def _varint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _write_pack(repository: Path, entries: dict[str, bytes]) -> None:
    pack = bytearray(b"PACK" + struct.pack(">II", 2, len(entries)))
    places = {}
    for name, entry in entries.items():
        places[name] = (len(pack), zlib.crc32(entry))
        pack += entry
    pack += hashlib.sha1(pack, usedforsecurity=False).digest()
    names = sorted(places)
    index = b"\xfftOc" + struct.pack(">I", 2)
    index += b"".join(struct.pack(">I", sum(int(name[:2], 16) <= first for name in names)) for first in range(256))
    index += b"".join(bytes.fromhex(name) for name in names)
    index += b"".join(struct.pack(">I", places[name][1]) for name in names)
    index += b"".join(struct.pack(">I", places[name][0]) for name in names) + pack[-20:]
    index += hashlib.sha1(index, usedforsecurity=False).digest()
    stem = repository / "objects" / "pack" / f"pack-{pack[-20:].hex()}"
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".pack").write_bytes(pack)
    stem.with_suffix(".idx").write_bytes(index)
