"""Asks a submission's functions again what they were asked before: the same arguments must give the same result."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from grader.assertions import assert_close
from grader.errors import AuthoringError, BoundaryError, CheckFailed, EnvironmentFault, LimitReached
from grader.kernel.codec import encode_message
from grader.values import received
from grader.wire import Callback, Handle, Reply, Request

Again = Callable[[Request], Reply]

MOST = 12
QUICK_SECONDS = 0.05
ASKED_OF_REFERENCE = 12
"""How often the reference must give the same, so that a random one with few outcomes is not taken for a steady one."""


def contradicting(calls: Sequence[tuple[Request, Reply]], student: Again, reference: Again | None) -> frozenset[str]:
    """The functions that answer differently when they are asked a second time, in another order.

    A function that counts its calls, or knows the order in which checks ask, is found here. One whose counterpart in
    the reference differs from call to call too (dropout without a generator) is random by nature and left alone.

    Args:
        calls: what checks asked, and what came.
        student: asks the submission anew, past anything remembered.
        reference: asks the reference anew; without it nothing is random by nature, so nothing is accused.
    """
    if reference is None:
        return frozenset()
    found: set[str] = set()
    askable = [pair for pair in calls if _askable(*pair)]
    step = max(1, len(askable) // MOST)
    for request, reply in reversed(askable[::step][:MOST]):
        name = str(request.target)
        if name in found:
            continue
        try:
            second = student(request)
        except (BoundaryError, LimitReached):
            break
        if not _same(reply, second) and _steady(request, reference):
            found.add(name)
    return frozenset(found)


def _askable(request: Request, reply: Reply) -> bool:
    parts = (*request.arguments, *(value for _, value in request.keywords), reply.value)
    return (
        request.operation == "call"
        and isinstance(request.target, str)
        and reply.raised is None
        and reply.seconds < QUICK_SECONDS
        # what is drawn from a generator is judged by what it is; a second draw need not be the same
        and not any(isinstance(part, Handle | Callback | np.random.Generator) for part in parts)
    )


def _steady(request: Request, reference: Again) -> bool:
    try:
        first, *others = (reference(request) for _ in range(ASKED_OF_REFERENCE))
    except (EnvironmentFault, BoundaryError, LimitReached):
        return False
    return first.raised is None and all(_same(first, other) for other in others)


class _Nobody:
    def ask(self, request: Request, **_: object) -> Reply:
        raise AuthoringError(f"{request.operation}: a plain value is not asked for anything")


def _same(first: Reply, second: Reply) -> bool:
    if second.raised is not None:
        return False
    if encode_message(Reply(value=first.value)) == encode_message(Reply(value=second.value)):
        return True
    values = [received(reply.value, _Nobody(), "value") for reply in (first, second)]
    pairs = zip(*(value if isinstance(value, tuple | list) else (value,) for value in values), strict=False)
    try:
        for one, other in pairs:
            assert_close(other, one, rtol=1e-4, atol=1e-7)
    except (CheckFailed, AuthoringError, ValueError):
        # lists of arrays of different sizes are no one array; they were not the same, byte for byte
        return False
    return all(len(value) == len(values[0]) for value in values if isinstance(value, tuple | list))
