"""The objects and functions that stand on the student's side for what does not cross the boundary."""

from __future__ import annotations

import socket
from types import MappingProxyType
from typing import Any, Final

from grader.kernel.exporting import type_name
from grader.kernel.messages import Answer, Call, Callback, Handle, Message, Opaque, Reply
from grader.kernel.port import Port
from grader.kernel.rebuilding import rebuild

BUILTIN_ERRORS: Final = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (ArithmeticError, IndexError, KeyError, OverflowError, TypeError, ValueError, ZeroDivisionError)
    },
)


class Objects:
    """The objects that stay on this side, by number; one object has one number."""

    def __init__(self) -> None:
        self._by_number: dict[int, object] = {}
        self._numbers: dict[int, int] = {}

    def keep(self, value: object) -> Handle | Callback:
        """What stands for an object that does not cross: it lives from now on as long as the process."""
        if isinstance(value, Proxy):
            return Callback(value.number)
        number = self._numbers.get(id(value))
        if number is None:
            number = len(self._by_number) + 1
            self._by_number[number] = value
            self._numbers[id(value)] = number
        return Handle(number, type_name(value))

    def __getitem__(self, number: int) -> object:
        return self._by_number[number]


class JudgeChannel:
    """Reads the judge's messages, with tensors, tables and generators rebuilt, and answers them."""

    def __init__(self, connection: socket.socket, objects: Objects) -> None:
        self._port = Port(connection)
        self._objects = objects

    def receive(self) -> Message | None:
        """The next message, or None when the judge has hung up."""
        try:
            return self._port.receive(revive=self._revive)
        except (EOFError, OSError):
            return None

    def send(self, message: Message) -> None:
        """Send a message; a reply that is too large to cross says so instead."""
        try:
            self._port.send(message, keep=self._objects.keep)
        except (ValueError, RecursionError) as error:
            if not isinstance(message, Reply):
                raise
            too_large = Opaque(type_name(message.value), f"too large to hand over: {error}")
            self._port.send(Reply(too_large, (), (), message.raised, "", message.seconds, message.cpu_seconds))

    def _revive(self, record: Any) -> Any:
        match record:
            case Callback(number=number):
                return Proxy(number, self)
            case _:
                return rebuild(record)


class CallbackFailed(Exception):
    """A function that was handed to the student's code could not be called as it was."""


class Proxy:
    """A function of the judge's, as the student's code sees it: calling it asks the judge."""

    def __init__(self, number: int, channel: JudgeChannel) -> None:
        self.number = number
        self._channel = channel

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Ask the judge for the value; what the judge's function raised is raised here by its name and message."""
        self._channel.send(Call(self.number, arguments, tuple(keywords.items())))
        answer = self._channel.receive()
        if not isinstance(answer, Answer):
            raise CallbackFailed("the grader did not answer")
        if answer.raised is None:
            return answer.value
        known = BUILTIN_ERRORS.get(answer.raised.type_name)
        if known is not None:
            raise known(answer.raised.message)
        raise CallbackFailed(f"{answer.raised.type_name}: {answer.raised.message}")
