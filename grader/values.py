"""What a check sees of a submission: formulas that were read, and functions and objects that live elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from grader.errors import AuthoringError, CheckFailed
from grader.mathematics.kinds import Declaration
from grader.mathematics.reading import Reading
from grader.wire import Callback, Handle, Raised, Reply, Request, TensorArray

UNFINISHED = "the cell that gives it did not finish"
"""Why an answer that was found has no value; reports replace it with what the cell raised."""


class Session(Protocol):
    """A submission that can be asked for values: a live process, or the record of one."""

    def ask(self, request: Request, *, callbacks: Mapping[int, Callable[..., object]] | None = None) -> Reply:
        """The reply to one request; raises BoundaryError or LimitReached when none will come."""
        ...


@dataclass(frozen=True)
class Formula:
    """An answer that was read: its tree, the text it came from, and what its symbols may be."""

    name: str
    text: str
    reading: Reading
    declaration: Declaration
    show_expected: bool = True

    def __str__(self) -> str:
        return self.text


class Raising(CheckFailed):
    """A student's code raised where a value was asked; ``raised`` is what it raised."""

    def __init__(self, message: str, raised: Raised) -> None:
        super().__init__(message, evidence={"traceback": list(raised.traceback), "raised": raised.type_name})
        self.raised = raised


class Remote:
    """An object that stays in the submission's process; calls and attribute reads go there.

    ``remote(...)`` calls it, ``remote.name`` reads an attribute (plain data comes as itself), and `observe` gives the
    whole reply: the arguments as they are after the call, what was raised, how long it took.
    """

    def __init__(self, session: Session, target: str | Handle, label: str, *, trusted: bool = False) -> None:
        """Stand for ``target``; ``trusted`` says that it is the author's, whose exceptions are no student's failure."""
        self._session = session
        self._target = target
        self._label = label
        self._trusted = trusted

    def __repr__(self) -> str:
        return f"<{self._label} in the submission's process>"

    def __call__(self, *arguments: object, **keywords: object) -> Any:
        return self._result(self.observe(*arguments, **keywords))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        request = Request(operation="attribute", target=self._target, name=name)
        return self._result(self._session.ask(request), f"{self._label}.{name}")

    def observe(self, *arguments: object, **keywords: object) -> Reply:
        """Call it and return the whole reply, also when it raised."""
        callbacks: dict[int, Callable[..., object]] = {}
        request = Request(
            operation="call",
            target=self._target,
            arguments=tuple(_sendable(argument, callbacks) for argument in arguments),
            keywords=tuple((name, _sendable(value, callbacks)) for name, value in keywords.items()),
        )
        return self._session.ask(request, callbacks=callbacks)

    def probe(self, name: str, **keywords: object) -> Any:
        """Ask the submission's process about this object: ``figure``, ``parameters``, ``source``; a claim."""
        request = Request(operation="probe", target=self._target, name=name, keywords=tuple(keywords.items()))
        return self._result(self._session.ask(request), f"{self._label} ({name})")

    def _result(self, reply: Reply, label: str = "") -> Any:
        label = label or self._label
        if reply.raised is not None:
            said = f": {reply.raised.message}" if reply.raised.message else ""
            words = f"`{label}` raised {reply.raised.type_name}{said}"
            if said == f": name {self._target!r} is not defined":
                words = f"`{label}` has no value: {UNFINISHED}"
            if self._trusted:
                raise AuthoringError(f"the reference's {words}")
            raised = Raising(words, reply.raised)
            if UNFINISHED in words:
                raised.evidence["unfinished"] = self._target
            raise raised
        return received(reply.value, self._session, label, trusted=self._trusted)


def received(value: object, session: Session, label: str, *, trusted: bool = False) -> Any:
    """A decoded value as a check sees it: handles become `Remote`, tensors numpy arrays, the rest is plain already."""
    match value:
        case Handle():
            return Remote(session, value, f"{label} → {value.type_name}", trusted=trusted)
        case TensorArray():
            return value.array
        case list():
            return [received(part, session, label, trusted=trusted) for part in value]
        case tuple():
            return tuple(received(part, session, label, trusted=trusted) for part in value)
        case dict():
            return {key: received(part, session, label, trusted=trusted) for key, part in value.items()}
        case _:
            return value


def _sendable(value: object, callbacks: dict[int, Callable[..., object]]) -> object:
    if isinstance(value, Remote):
        return value._target  # noqa: SLF001 - its own class
    if isinstance(value, Formula):
        return value.text
    if callable(value) and not isinstance(value, type):
        number = len(callbacks)
        callbacks[number] = value
        return Callback(number)
    return value
