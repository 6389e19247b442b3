"""Typed frames of plain data, written and read without ever building an object by name.

The reader is written for a hostile peer: every length is checked against what is there before anything is
allocated, nothing is imported, evaluated or unpickled, and whatever goes wrong is a ``ValueError``.

A value is one tag byte and its payload, little-endian throughout::

    N T F        None, True, False           l t          list, tuple: count, values
    i I          int of 64 bits, larger int  p            list or tuple of only float or only int, packed
    d c          float, complex              D            dict: count, key and value by turns
    s b          text (UTF-8), bytes         S Z          set, frozenset
    a g          array, numpy scalar         r            range
    f m          Fraction, Decimal           R            a record of `messages`: code, its fields
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from . import exporting
from .messages import (
    OPERATIONS,
    Answer,
    Call,
    Callback,
    Column,
    Frame,
    GeneratorState,
    Handle,
    Message,
    Note,
    Opaque,
    Raised,
    Reply,
    Request,
    SparseArray,
    SymbolicText,
    TensorArray,
)
from .reading import Reader

Keep = Callable[[Any], "Handle | Callback | None"]
Revive = Callable[[Any], Any]


@dataclass(frozen=True)
class Caps:
    """How much one frame may hold; sizes in bytes.

    ``nodes`` counts values, ``packed`` the members of packed lists, ``depth`` how deep values nest.
    """

    frame: int = 64 << 20
    nodes: int = 200_000
    packed: int = 4_000_000
    depth: int = 32
    dimensions: int = 16
    integer: int = 2048
    text: int = 16 << 20


CAPS: Final = Caps()

RECORDS: Final[tuple[type, ...]] = (
    Handle,
    Opaque,
    SymbolicText,
    Callback,
    TensorArray,
    Column,
    Frame,
    SparseArray,
    GeneratorState,
    Raised,
)
MESSAGES: Final[tuple[type, ...]] = (Request, Reply, Call, Answer, Note)
_RECORD_CODE: Final = {kind: code for code, kind in enumerate(RECORDS)}
_MESSAGE_CODE: Final = {kind: code for code, kind in enumerate(MESSAGES)}
_FIELD_NAMES: Final = {kind: tuple(f.name for f in fields(kind)) for kind in RECORDS + MESSAGES}
_LONGEST_NAME: Final = 1000  # of a type, as records tell it; what a report shows must be bounded
_LONGEST_MESSAGE: Final = 20_000
_MOST_LINES: Final = 1000
_INT64: Final = range(-(1 << 63), 1 << 63)
_RECORD_DEPTH: Final = 6  # how deep a record's own parts nest at most
_PACK_FROM: Final = 8  # shorter lists gain nothing from being packed


def encode(value: Any, *, keep: Keep | None = None, opaque: bool = True, caps: Caps = CAPS) -> bytes:
    """Write a value as a frame.

    Args:
        value: plain data, arrays, tensors, frames, generators, or containers of these.
        keep: called for what is not plain data; returns the `Handle` or `Callback` that stands for it, or None.
        opaque: whether what nobody keeps becomes an `Opaque`; if not, it is refused.
        caps: the limits that the peer's reader will apply.

    Raises:
        ValueError: the frame would pass a cap.
        TypeError: something is not plain data and ``opaque`` is false.
    """
    writer = _Writer(keep, opaque=opaque, caps=caps)
    writer.value(value, 0)
    return writer.frame()


def encode_message(message: Message, *, keep: Keep | None = None, opaque: bool = True, caps: Caps = CAPS) -> bytes:
    """Write a message (`Request`, `Reply`, `Call`, `Answer`, `Note`); arguments and errors are those of `encode`."""
    writer = _Writer(keep, opaque=opaque, caps=caps)
    writer.raw(bytes((_MESSAGE_CODE[type(message)],)))
    for name in _FIELD_NAMES[type(message)]:
        writer.value(getattr(message, name), 0)
    return writer.frame()


def decode(frame: bytes | memoryview, *, caps: Caps = CAPS, revive: Revive | None = None) -> Any:
    """Read a value from a frame that a hostile peer may have written.

    Args:
        frame: the bytes, all of them.
        caps: the limits.
        revive: called for each record (`Handle`, `TensorArray`, ...) that the frame holds, innermost first; what it
            returns takes the record's place. Only the student's side revives; the judge looks at plain records.

    Raises:
        ValueError: whatever is wrong with the frame.
    """
    return _guarded(frame, caps, revive, _read_value)


def decode_message(frame: bytes | memoryview, *, caps: Caps = CAPS, revive: Revive | None = None) -> Message:
    """Read a message whose every field has the type that it promises; arguments and errors are those of `decode`."""
    message: Message = _guarded(frame, caps, revive, _read_message)
    return message


def _guarded(frame: bytes | memoryview, caps: Caps, revive: Revive | None, read: Callable[[Reader, Caps], Any]) -> Any:
    if len(frame) > caps.frame:
        raise ValueError(f"a frame of {len(frame)} bytes; at most {caps.frame} are allowed")
    try:
        reader = Reader(memoryview(frame), caps, RECORDS, check_record, revive)
        value = read(reader, caps)
        reader.finish()
    except ValueError:
        raise
    except Exception as error:  # the backstop: whatever a hostile frame provokes is a bad frame
        raise ValueError(f"a frame that cannot be read ({type(error).__name__})") from error
    return value


def _read_value(reader: Reader, caps: Caps) -> Any:
    return reader.value(caps.depth)


def _read_message(reader: Reader, caps: Caps) -> Message:
    code = reader.byte()
    if code >= len(MESSAGES):
        raise ValueError(f"no message has the code {code}")
    kind = MESSAGES[code]
    message = kind(*(reader.value(caps.depth) for _ in _FIELD_NAMES[kind]))
    _check_message(message)
    checked: Message = message
    return checked


def check_record(record: Any) -> None:
    """Refuse a record whose fields are not of the types that it declares, or do not agree with each other."""
    match record:
        case Handle(number=number, type_name=name):
            _require(type(number) is int and number >= 0 and _is_name(name), "handle")
        case Opaque(type_name=name, reason=reason):
            _require(_is_name(name) and type(reason) is str and len(reason) <= _LONGEST_MESSAGE, "opaque value")
        case SymbolicText(text=text):
            _require(type(text) is str, "symbolic text")
        case Callback(number=number):
            _require(type(number) is int and number >= 0, "callback")
        case Raised(type_name=name, message=message, traceback=traceback):
            _require(_is_name(name) and type(message) is str and _is_traceback(traceback), "exception")
            _require(len(message) <= _LONGEST_MESSAGE, "exception")
        case _:
            _require(exporting.is_consistent(record), type(record).__name__)


def _check_message(message: Any) -> None:
    match message:
        case Request(operation=operation, target=target, name=name, keep=keep):
            _require(operation in OPERATIONS, "request")
            _require(type(target) in (str, Handle) and type(name) is str and type(keep) is bool, "request")
            _require(_are_arguments(message.arguments, message.keywords), "request")
        case Reply(raised=raised, printed=printed, seconds=seconds, cpu_seconds=cpu_seconds):
            _require(type(raised) in (Raised, type(None)) and type(printed) is str, "reply")
            _require(type(seconds) is float and type(cpu_seconds) is float, "reply")
            _require(_are_arguments(message.arguments, message.keywords), "reply")
        case Call(number=number):
            _require(type(number) is int and number >= 0, "call")
            _require(_are_arguments(message.arguments, message.keywords), "call")
        case Answer(raised=raised):
            _require(type(raised) in (Raised, type(None)), "answer")
        case Note(kind=kind):
            _require(type(kind) is str and len(kind) <= 64, "note")


def _are_arguments(arguments: Any, keywords: Any) -> bool:
    return (
        type(arguments) is tuple
        and type(keywords) is tuple
        and all(type(pair) is tuple and len(pair) == 2 and type(pair[0]) is str for pair in keywords)
    )


def _is_name(name: Any) -> bool:
    return type(name) is str and len(name) <= _LONGEST_NAME


def _is_traceback(lines: Any) -> bool:
    return (
        type(lines) is tuple
        and len(lines) <= _MOST_LINES
        and all(type(line) is tuple and len(line) == 3 and tuple(map(type, line)) == (int, int, str) for line in lines)
    )


def _require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(f"a {what} whose parts are not of the promised types")


class _Writer:
    """Collects the bytes of one frame and counts them against the caps."""

    def __init__(self, keep: Keep | None, *, opaque: bool, caps: Caps) -> None:
        self._keep = keep
        self._opaque = opaque
        self._caps = caps
        self._parts: list[bytes | memoryview] = []
        self._size = 0
        self._nodes = 0
        self._packed = 0
        self._records = 0  # how many records we are inside of

    def frame(self) -> bytes:
        return b"".join(self._parts)

    def raw(self, part: bytes | memoryview) -> None:
        self._size += len(part)
        if self._size > self._caps.frame:
            raise ValueError(f"more than {self._caps.frame} bytes")
        self._parts.append(part)

    def value(self, value: Any, depth: int) -> None:
        self._nodes += 1
        if self._nodes > self._caps.nodes:
            raise ValueError(f"more than {self._caps.nodes} values")
        if depth >= self._caps.depth - _RECORD_DEPTH and not self._records:
            # the frame stays readable: what lies deeper is replaced by a word about it
            value = Opaque(exporting.type_name(value), "nested too deep")
        write = _WRITERS.get(type(value))
        if write is not None:
            write(self, value, depth)
        elif not self._array(value):
            self._foreign(value, depth)

    def record(self, record: Any, depth: int) -> None:
        self.raw(bytes((0x52, _RECORD_CODE[type(record)])))
        self._records += 1
        for name in _FIELD_NAMES[type(record)]:
            self.value(getattr(record, name), depth + 1)
        self._records -= 1

    def integer(self, value: int, _depth: int) -> None:
        if value in _INT64:
            self.raw(struct.pack("<cq", b"i", value))
            return
        size = value.bit_length() // 8 + 1
        if size > self._caps.integer:
            self.record(Opaque("int", f"more than {self._caps.integer} bytes long"), 0)
        else:
            self.raw(struct.pack("<cI", b"I", size) + value.to_bytes(size, "little", signed=True))

    def text(self, value: str, _depth: int) -> None:
        raw = value.encode("utf-8", "surrogatepass")
        if len(raw) > self._caps.text:
            raise ValueError(f"a text of more than {self._caps.text} bytes")
        self.raw(struct.pack("<cI", b"s", len(raw)) + raw)

    def sequence(self, tag: bytes, values: Iterable[Any], count: int, depth: int) -> None:
        self.raw(struct.pack("<cI", tag, count))
        for value in values:
            self.value(value, depth + 1)

    def row(self, value: list[Any] | tuple[Any, ...], depth: int) -> None:
        """Write a list or tuple, packed if it holds only floats or only integers of 64 bits."""
        tag = b"l" if type(value) is list else b"t"
        if len(value) >= _PACK_FROM:
            kinds = set(map(type, value))
            code = {float: "d", int: "q"}.get(kinds.pop()) if len(kinds) == 1 else None
            if code and self._packed + len(value) <= self._caps.packed and (packed := _pack(code, value)) is not None:
                self._packed += len(value)
                self.raw(b"p" + tag + code.encode() + struct.pack("<I", len(value)))
                self.raw(packed)
                return
        self.sequence(tag, value, len(value), depth)

    def pairs(self, value: dict[Any, Any], depth: int) -> None:
        self.sequence(b"D", (part for pair in value.items() for part in pair), len(value), depth)

    def _array(self, value: Any) -> bool:
        """Write a numpy array or scalar of a numeric type; false if the value is neither."""
        array = exporting.numeric_array(value)
        if array is None:
            return False
        code, scalar, shape, raw = array
        if len(shape) > self._caps.dimensions:
            self._foreign(Opaque("numpy.ndarray", f"more than {self._caps.dimensions} axes"), 0)
            return True
        self.raw(struct.pack(f"<cBB{len(shape)}Q", b"g" if scalar else b"a", code, len(shape), *shape))
        self.raw(raw)
        return True

    def _foreign(self, value: Any, depth: int) -> None:
        """Write what is none of Python's plain types: exported as data if it can be, else kept, else opaque."""
        kept: Any = exporting.export(value)
        if kept is exporting.NOT_DATA:
            kept = self._keep(value) if self._keep else None
        if kept is None:
            if not self._opaque:
                raise TypeError(f"a value of type {exporting.type_name(value)} is not plain data")
            kept = Opaque(exporting.type_name(value))
        self.value(kept, depth)


def _pack(code: str, values: list[Any] | tuple[Any, ...]) -> bytes | None:
    try:
        return struct.pack(f"<{len(values)}{code}", *values)
    except struct.error:  # an integer of more than 64 bits
        return None


def _decimal(writer: _Writer, value: Decimal, _depth: int) -> None:
    raw = str(value).encode()
    if len(raw) > writer._caps.integer:  # noqa: SLF001 - the writers below are the class's own, kept flat in a table
        writer.value(Opaque("decimal.Decimal", "too many digits"), 0)
    else:
        writer.raw(struct.pack("<cI", b"m", len(raw)) + raw)


def _fraction(writer: _Writer, value: Fraction, depth: int) -> None:
    writer.raw(b"f")
    writer.value(value.numerator, depth)
    writer.value(value.denominator, depth)


def _range(writer: _Writer, value: range, depth: int) -> None:
    writer.raw(b"r")
    for part in (value.start, value.stop, value.step):
        writer.value(part, depth)


_WRITERS: Final[dict[type, Callable[[_Writer, Any, int], None]]] = {
    type(None): lambda writer, _value, _depth: writer.raw(b"N"),
    bool: lambda writer, value, _depth: writer.raw(b"T" if value else b"F"),
    int: _Writer.integer,
    float: lambda writer, value, _depth: writer.raw(struct.pack("<cd", b"d", value)),
    complex: lambda writer, value, _depth: writer.raw(struct.pack("<cdd", b"c", value.real, value.imag)),
    str: _Writer.text,
    bytes: lambda writer, value, _depth: writer.raw(struct.pack("<cI", b"b", len(value)) + value),
    list: _Writer.row,
    tuple: _Writer.row,
    dict: _Writer.pairs,
    set: lambda writer, value, depth: writer.sequence(b"S", value, len(value), depth),
    frozenset: lambda writer, value, depth: writer.sequence(b"Z", value, len(value), depth),
    range: _range,
    Fraction: _fraction,
    Decimal: _decimal,
    **dict.fromkeys(RECORDS, _Writer.record),
}

if sys.byteorder != "little":  # arrays cross as they lie in memory
    raise ImportError("grader's boundary needs a little-endian machine")
