"""What crosses the boundary: the values that are not Python's own, and the messages that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Operation = Literal["get", "call", "attribute", "capture", "probe"]
OPERATIONS: frozenset[str] = frozenset(("get", "call", "attribute", "capture", "probe"))


@dataclass(frozen=True)
class Handle:
    """An object that stays on the student's side; the number means something there only."""

    number: int
    type_name: str


@dataclass(frozen=True)
class Opaque:
    """A value that is neither plain data nor kept: it equals nothing, and says its type and why it did not cross."""

    type_name: str
    reason: str = ""


@dataclass(frozen=True)
class SymbolicText:
    """``str()`` of a sympy object, to be read by our own grammar and never evaluated."""

    text: str


@dataclass(frozen=True)
class Callback:
    """A function of the judge's, handed to the student's function as an argument."""

    number: int


@dataclass(frozen=True, eq=False)
class TensorArray:
    """A torch tensor as plain data; ``array`` has bfloat16 widened to float32, ``dtype`` is torch's word for it."""

    array: Any
    dtype: str
    requires_grad: bool = False
    device: str = "cpu"


@dataclass(frozen=True, eq=False)
class Column:
    """A pandas Series as plain data; ``values`` and ``index`` are a numpy array or a list."""

    name: Any
    values: Any
    index: Any


@dataclass(frozen=True, eq=False)
class Frame:
    """A pandas DataFrame as plain data: pairs of column name and values, and the row index."""

    columns: tuple[tuple[Any, Any], ...]
    index: Any


@dataclass(frozen=True, eq=False)
class SparseArray:
    """A scipy.sparse matrix as triples: ``data[k]`` stands at ``(row[k], column[k])``; duplicates are summed."""

    format: str
    shape: tuple[int, int]
    data: Any
    row: Any
    column: Any


@dataclass(frozen=True)
class GeneratorState:
    """A random generator as the plain state of its bit generator.

    ``kind`` is ``Generator`` or ``RandomState`` (numpy) or ``torch.Generator``; ``bit_generator`` is one of numpy's.
    """

    kind: str
    bit_generator: str
    state: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True)
class Raised:
    """An exception of the student's: ``traceback`` holds the student's own lines only, as (cell, line, text)."""

    type_name: str
    message: str
    traceback: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True)
class Request:
    """The judge asks: read a name, call a function or method, read an attribute, capture, or run a probe."""

    operation: Operation
    target: str | Handle
    name: str = ""
    arguments: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()
    keep: bool = False


@dataclass(frozen=True)
class Reply:
    """The student's side answers a request; ``arguments`` and ``keywords`` are as they are after the call.

    ``printed`` is never shown for hidden calls; ``seconds`` and ``cpu_seconds`` are the student's side's word only.
    """

    value: Any = None
    arguments: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()
    raised: Raised | None = None
    printed: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0


@dataclass(frozen=True)
class Call:
    """The student's function calls the judge's callback ``number``, in the middle of a request."""

    number: int
    arguments: tuple[Any, ...] = ()
    keywords: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Answer:
    """The judge answers a `Call`: a value, or the exception that the callback raised."""

    value: Any = None
    raised: Raised | None = None


@dataclass(frozen=True)
class Note:
    """Anything else between the kernel host and its driver: a word and plain data."""

    kind: str
    body: Any = None


Message = Request | Reply | Call | Answer | Note
