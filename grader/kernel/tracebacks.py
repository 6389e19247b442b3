"""Makes IPython's tracebacks in a fraction of the time, with the same text to the letter."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Collection, Iterator
from types import CodeType, FrameType, TracebackType
from typing import Any, cast

import stack_data
import stack_data.core
import stack_data.utils
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import terminal256  # type: ignore[import-untyped]
from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]


def speed_up() -> None:
    """Replace the slow parts of stack_data and pygments, for this process."""
    stack_data.utils._pygmented_with_ranges = _highlighted  # noqa: SLF001  # stack_data offers no other way in
    if hasattr(stack_data.core, "_pygmented_with_ranges"):
        stack_data.core._pygmented_with_ranges = _highlighted  # noqa: SLF001  # as above, where it is imported to
    styles: dict[tuple[type, str], type] = {}
    package = cast("Any", stack_data)
    make_style = package.style_with_executing_node

    def known_style(style: Any, modifier: str) -> Any:
        key = (style, modifier)
        if key not in styles:
            styles[key] = make_style(style, modifier)
        return styles[key]

    package.style_with_executing_node = known_style
    terminal256.Terminal256Formatter = cast("Any", RememberingFormatter)
    RememberingFormatter.known.clear()


class RememberingFormatter(terminal256.Terminal256Formatter):  # type: ignore[misc]  # pygments is untyped
    """pygments' formatter for terminals, which works out the colours of a style once."""

    known: dict[tuple[type, str], dict[str, Any]] = {}  # noqa: RUF012  # one table for the process is what is wanted

    def __init__(self, **options: Any) -> None:
        style = options.get("style")
        key = (style, repr(sorted(options))) if isinstance(style, type) and set(options) == {"style"} else None
        if key is not None and key in self.known:
            self.__dict__.update(self.known[key])
            return
        super().__init__(**options)
        if key is not None:
            self.known[key] = dict(self.__dict__)


class MarkingLexer(PythonLexer):  # type: ignore[misc]  # pygments is untyped
    """Highlights Python and marks the part that was executing.

    stack_data makes such a class for every frame it shows, and each compiles pygments' tables again; one class
    gives the same text in a fraction of the time.
    """

    def __init__(self, ranges: list[tuple[int, int]]) -> None:
        super().__init__(stripnl=False)
        self._ranges = ranges

    def get_tokens(self, text: str) -> Iterator[tuple[Any, str]]:
        """Yield pygments' tokens, those in a marked range as executing."""
        length = 0
        for kind, value in super().get_tokens(text):
            marked = any(start <= length < end for start, end in self._ranges)
            length += len(value)
            yield kind.ExecutingNode if marked else kind, value


def _highlighted(formatter: Any, code: str, ranges: list[tuple[int, int]]) -> list[str]:
    try:
        text = cast("str", highlight(code, MarkingLexer(ranges), formatter))
    except Exception:  # noqa: BLE001  # stack_data shows plain code whatever pygments raises
        text = code
    return text.splitlines()


@contextlib.contextmanager
def knowing_cells(cells: Collection[str]) -> Iterator[None]:
    """Answer at once that the code of a notebook's cell is in no module's file.

    `inspect.getmodule` looks through every loaded module to find that out, several times for each frame.
    """
    search = inspect.getmodule

    def getmodule(item: Any, _filename: str | None = None) -> Any:
        if _filename is None and isinstance(item, FrameType | CodeType | TracebackType):
            _filename = _code_of(item).co_filename
        if _filename in cells and isinstance(item, FrameType | CodeType | TracebackType):
            return None
        return search(item, _filename)

    inspect.getmodule = cast("Any", getmodule)
    try:
        yield
    finally:
        inspect.getmodule = search


def _code_of(item: FrameType | CodeType | TracebackType) -> CodeType:
    match item:
        case FrameType():
            return item.f_code
        case TracebackType():
            return item.tb_frame.f_code
        case _:
            return item
