"""Every value that checks asked of a submission, kept as plain data, so that scoring again executes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from grader.errors import BoundaryError, Unanswerable
from grader.kernel.codec import decode_message, encode_message
from grader.values import Session
from grader.wire import Callback, Handle, Reply, Request


class Transcript:
    """The replies of one submission to one problem, by a key of what was asked.

    An object on the student's side is known by how it came about: the check, the request that made it, and everything
    asked of it since. Two runs that ask the same therefore have the same keys.
    """

    def __init__(self, replies: Mapping[str, bytes] | None = None) -> None:
        """Start empty, or from what an earlier run recorded."""
        self.replies = dict(replies or {})
        self.used: set[str] = set()
        self._check = ""
        self._lives: dict[int, str] = {}
        self._asked: dict[str, int] = {}
        self._touched = ""

    def begin(self, check: str) -> None:
        """A check begins; objects of the one before are forgotten."""
        self._check = check
        self._lives = {}
        self._asked = {}
        self._touched = ""

    def key(self, request: Request) -> str:
        """The key of a request at this moment."""
        plain = replace(
            request,
            target=str(self._name(request.target)),
            arguments=tuple(self._name(argument) for argument in request.arguments),
            keywords=tuple((word, self._name(value)) for word, value in request.keywords),
        )
        digest = hashlib.sha256(encode_message(plain))
        if touched(request):
            digest.update(f"{self._check} {self._touched}".encode())
        return digest.hexdigest()

    def learn(self, request: Request, key: str, reply: Reply) -> str:
        """Follow the objects that a request touched or made; the key under which its reply is kept."""
        if touched(request) and request.operation == "call":
            # a method changes its object, an optimiser its model: after it, no object is known to be as it was
            self._touched = hashlib.sha256(f"{self._touched} {key}".encode()).hexdigest()
        makes = [part for part in (reply.value, *reply.arguments) if isinstance(part, Handle)]
        if makes:
            count = self._asked.get(key, 0)
            self._asked[key] = count + 1
            key = hashlib.sha256(f"{key} {self._check} {count}".encode()).hexdigest()
        for part in (request.target, *request.arguments):
            if isinstance(part, Handle) and request.operation == "call":
                life = self._lives.get(part.number, "")
                self._lives[part.number] = hashlib.sha256(f"{life} {key}".encode()).hexdigest()
        for order, part in enumerate(makes):
            self._lives.setdefault(part.number, f"{key} {order}")
        return key

    def next_key(self, key: str) -> str:
        """The key of the next object that the same request makes within this check."""
        return hashlib.sha256(f"{key} {self._check} {self._asked.get(key, 0)}".encode()).hexdigest()

    def _name(self, part: object) -> object:
        if isinstance(part, Handle):
            return f"object {self._lives.get(part.number, part.number)}"
        return f"callback {part.number}" if isinstance(part, Callback) else part


class Recording:
    """A session that answers a repeated question from its transcript and keeps every new reply."""

    def __init__(self, session: Session, transcript: Transcript) -> None:
        """Wrap a live session."""
        self._session = session
        self.transcript = transcript
        self.calls: list[tuple[Request, Reply]] = []

    def again(self, request: Request) -> Reply:
        """The reply to a request now, whatever was replied before."""
        return self._session.ask(request)

    def ask(self, request: Request, *, callbacks: Mapping[int, Callable[..., object]] | None = None) -> Reply:
        """The reply to one request; plain values are asked for once."""
        key = self.transcript.key(request)
        # an object has to live through everything it is asked, or what it is asked next finds it in another state
        kept = None if callbacks or touched(request) else self.transcript.replies.get(key)
        if kept is not None:
            self.transcript.used.add(key)
            return _decoded(kept)
        reply = self._session.ask(request, callbacks=callbacks)
        key = self.transcript.learn(request, key, reply)
        self.transcript.used.add(key)
        if not callbacks:
            self.transcript.replies[key] = encode_message(reply)
            self.calls.append((request, reply))
        return reply


class Replaying:
    """A submission as its transcript remembers it; nothing is executed."""

    def __init__(self, transcript: Transcript) -> None:
        """Answer from an earlier run's transcript."""
        self.transcript = transcript

    def ask(self, request: Request, *, callbacks: Mapping[int, Callable[..., object]] | None = None) -> Reply:
        """The reply that was recorded.

        Raises:
            Unanswerable: when this was never asked, or hands a function over, whose calls are not recorded.
        """
        key = self.transcript.key(request)
        kept = self.transcript.replies.get(key) or self.transcript.replies.get(self.transcript.next_key(key))
        if kept is None or callbacks:
            target = request.target if isinstance(request.target, str) else request.target.type_name
            raise Unanswerable(f"{request.operation} of {target!r} was not asked when the submission ran")
        reply = _decoded(kept)
        self.transcript.used.add(self.transcript.learn(request, key, reply))
        return reply


def touched(request: Request) -> tuple[Handle, ...]:
    """The objects on the student's side that a request is about."""
    parts = (request.target, *request.arguments, *(value for _, value in request.keywords))
    return tuple(part for part in parts if isinstance(part, Handle))


def _decoded(frame: bytes) -> Reply:
    reply = decode_message(frame)
    if not isinstance(reply, Reply):
        raise BoundaryError(f"a reply was expected in the transcript, got {type(reply).__name__}")
    return reply
