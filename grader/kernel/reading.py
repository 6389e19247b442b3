"""Reads the values of one frame; every length is checked against what is there before anything is allocated."""

from __future__ import annotations

import importlib
import struct
from collections.abc import Callable, Hashable
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Protocol

DTYPES: Final = ("|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16")
ITEM_SIZES: Final = (1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8, 8, 16)
_PACKED: Final = {0x64: "d", 0x71: "q"}
_LARGEST_SHAPE: Final = 1 << 31  # elements, with empty axes counted as one: an empty array cannot claim absurd axes


class ReadingCaps(Protocol):
    """The limits that the reader applies; `codec.Caps` has them."""

    @property
    def nodes(self) -> int: ...
    @property
    def packed(self) -> int: ...
    @property
    def dimensions(self) -> int: ...
    @property
    def integer(self) -> int: ...
    @property
    def text(self) -> int: ...


class Reader:
    """Walks over one frame.

    Args:
        view: the frame.
        caps: the limits.
        records: the data classes that a record code may name, by code.
        check: refuses a record whose fields are not what they should be.
        revive: what takes a record's place, if anything.
    """

    def __init__(
        self,
        view: memoryview,
        caps: ReadingCaps,
        records: tuple[type, ...],
        check: Callable[[Any], None],
        revive: Callable[[Any], Any] | None,
    ) -> None:
        self._view = view
        self._caps = caps
        self._records = records
        self._check = check
        self._revive = revive
        self._at = 0
        self._nodes = 0
        self._packed = 0

    def finish(self) -> None:
        """Refuse a frame that goes on after its value."""
        if self._at != len(self._view):
            raise ValueError("a frame that goes on after its value")

    def byte(self) -> int:
        """One byte."""
        return self.take(1)[0]

    def take(self, size: int) -> memoryview:
        """The next ``size`` bytes, if they are there."""
        end = self._at + size
        if end > len(self._view):
            raise ValueError("a frame that ends too early")
        part = self._view[self._at : end]
        self._at = end
        return part

    def numbers(self, layout: str) -> tuple[Any, ...]:
        """The next numbers, laid out as `struct` says."""
        return struct.unpack(layout, self.take(struct.calcsize(layout)))

    def value(self, depth: int) -> Any:
        """One value that nests at most ``depth`` deep."""
        self._nodes += 1
        if self._nodes > self._caps.nodes:
            raise ValueError(f"a frame of more than {self._caps.nodes} values")
        if depth < 0:
            raise ValueError("a frame that nests too deep")
        tag = self.byte()
        read = _READERS.get(tag)
        if read is None:
            raise ValueError(f"no value has the tag {tag}")
        return read(self, depth)

    def record(self, depth: int) -> Any:
        """A record of `messages`, checked, and revived if somebody revives."""
        code = self.byte()
        if code >= len(self._records):
            raise ValueError(f"no record has the code {code}")
        kind = self._records[code]
        record = kind(*(self.value(depth - 1) for _ in range(len(fields(kind)))))
        self._check(record)
        return record if self._revive is None else self._revive(record)

    def count(self, smallest: int) -> int:
        """How many parts follow, each of at least ``smallest`` bytes; refused if they cannot be there."""
        (count,) = self.numbers("<I")
        if count * smallest > len(self._view) - self._at or self._nodes + count > self._caps.nodes:
            raise ValueError(f"a frame that promises {count} values and does not hold them")
        return int(count)

    def values(self, depth: int, per_part: int = 1) -> list[Any]:
        """The members of a container."""
        count = self.count(per_part) * per_part
        return [self.value(depth - 1) for _ in range(count)]

    def packed(self, _depth: int) -> Any:
        """A list or tuple of floats only, or of integers of 64 bits only."""
        tag, code, count = self.numbers("<BBI")
        if tag not in (0x6C, 0x74) or code not in _PACKED:
            raise ValueError("a packed list of an unknown kind")
        self._packed += count
        if self._packed > self._caps.packed:
            raise ValueError(f"packed lists of more than {self._caps.packed} members")
        members = struct.unpack(f"<{count}{_PACKED[code]}", self.take(8 * count))
        return list(members) if tag == 0x6C else members

    def integer(self, _depth: int) -> int:
        """An integer of any size, up to the cap."""
        return int.from_bytes(self._short(), "little", signed=True)

    def text(self, _depth: int) -> str:
        """A text; what is not UTF-8, lone surrogates among it, is replaced."""
        (size,) = self.numbers("<I")
        if size > self._caps.text:
            raise ValueError(f"a text of more than {self._caps.text} bytes")
        return str(self.take(size), "utf-8", "replace")

    def raw(self, _depth: int) -> bytes:
        """Bytes."""
        (size,) = self.numbers("<I")
        return bytes(self.take(size))

    def mapping(self, depth: int) -> dict[Any, Any]:
        """A dict whose keys are distinct and do not collide on purpose."""
        parts = self.values(depth, per_part=2)
        keys = parts[::2]
        _refuse_collisions(keys)
        result = dict(zip(keys, parts[1::2], strict=True))
        if len(result) != len(keys):
            raise ValueError("a dict with the same key twice")
        return result

    def members(self, depth: int) -> list[Any]:
        """The members of a set, distinct."""
        members = self.values(depth)
        _refuse_collisions(members)
        if len(set(members)) != len(members):
            raise ValueError("a set with the same member twice")
        return members

    def array(self, _depth: int) -> Any:
        """A numpy array of one of the numeric types: a fresh copy, aligned and writable."""
        code, dimensions = self.numbers("<BB")
        if code >= len(DTYPES) or dimensions > self._caps.dimensions:
            raise ValueError("an array of an unknown type, or of too many axes")
        shape = self.numbers(f"<{dimensions}Q")
        size, extent = 1, 1
        for length in shape:
            size *= length
            extent *= max(length, 1)
        if extent > _LARGEST_SHAPE:
            raise ValueError("an array of absurd shape")
        raw = self.take(size * ITEM_SIZES[code])
        numpy: Any = importlib.import_module("numpy")
        flat = numpy.frombuffer(raw, dtype="|u1" if code == 0 else DTYPES[code], count=size)
        if code == 0 and size and flat.max() > 1:
            raise ValueError("an array of truth values that are neither 0 nor 1")
        array = numpy.array(flat, dtype=DTYPES[code], copy=True)
        return array.reshape(shape)

    def scalar(self, depth: int) -> Any:
        """A numpy scalar, written as an array of no axes."""
        array = self.array(depth)
        if array.shape != ():
            raise ValueError("a scalar that has axes")
        return array[()]

    def span(self, depth: int) -> range:
        """A range of plain integers."""
        parts = [self.value(depth - 1) for _ in range(3)]
        if any(type(part) is not int for part in parts) or parts[2] == 0:
            raise ValueError("a range of something else than integers")
        return range(*parts)

    def fraction(self, depth: int) -> Fraction:
        """A fraction in lowest terms."""
        numerator, denominator = self.value(depth - 1), self.value(depth - 1)
        if type(numerator) is not int or type(denominator) is not int or denominator <= 0:
            raise ValueError("a fraction of something else than integers")
        return Fraction(numerator, denominator)

    def decimal(self, _depth: int) -> Decimal:
        """A decimal number."""
        text = str(self._short(), "ascii")
        if not text.isprintable() or "_" in text or text != text.strip():
            raise ValueError("a decimal that is not one")
        try:
            return Decimal(text)
        except ArithmeticError as error:
            raise ValueError("a decimal that is not one") from error

    def _short(self) -> memoryview:
        (size,) = self.numbers("<I")
        if size > self._caps.integer:
            raise ValueError(f"a number of more than {self._caps.integer} bytes")
        return self.take(size)


def _refuse_collisions(keys: list[Hashable]) -> None:
    """Refuse keys chosen to have one hash, which would make building the dict quadratic."""
    if len(keys) > 64 and 4 * len(set(map(hash, keys))) < len(keys):
        raise ValueError("keys whose hashes collide")


_READERS: Final[dict[int, Callable[[Reader, int], Any]]] = {
    ord("N"): lambda _reader, _depth: None,
    ord("T"): lambda _reader, _depth: True,
    ord("F"): lambda _reader, _depth: False,
    ord("i"): lambda reader, _depth: reader.numbers("<q")[0],
    ord("I"): Reader.integer,
    ord("d"): lambda reader, _depth: reader.numbers("<d")[0],
    ord("c"): lambda reader, _depth: complex(*reader.numbers("<dd")),
    ord("s"): Reader.text,
    ord("b"): Reader.raw,
    ord("l"): lambda reader, depth: reader.values(depth),
    ord("t"): lambda reader, depth: tuple(reader.values(depth)),
    ord("p"): Reader.packed,
    ord("D"): Reader.mapping,
    ord("S"): lambda reader, depth: set(reader.members(depth)),
    ord("Z"): lambda reader, depth: frozenset(reader.members(depth)),
    ord("a"): Reader.array,
    ord("g"): Reader.scalar,
    ord("r"): Reader.span,
    ord("f"): Reader.fraction,
    ord("m"): Reader.decimal,
    ord("R"): Reader.record,
}
