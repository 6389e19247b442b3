"""Values that checks asked for are kept; what is asked of an object depends on what it was asked before."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.transcript import Recording, Replaying, Transcript
from grader.wire import Handle, Reply, Request

MAKE = Request(operation="call", target="Counter")


class Counter:
    """A submission with one class, whose objects count how often ``add`` was called, and a function ``double``."""

    def __init__(self) -> None:
        self.counts: dict[int, int] = {}
        self.methods: dict[int, int] = {}
        self.asked = 0

    def ask(self, request: Request, *, callbacks: Mapping[int, Callable[..., object]] | None = None) -> Reply:
        del callbacks
        self.asked += 1
        value: object
        if request.target == "double":
            value = f"{request.arguments[0]} twice"
        elif not isinstance(request.target, Handle):
            value = Handle(self._new(), "Counter")
        elif request.operation == "attribute" and request.name == "add":
            number = self._new()
            self.methods[number] = request.target.number
            value = Handle(number, "method")
        elif request.operation == "attribute":
            value = self.counts[request.target.number]
        else:
            self.counts[self.methods[request.target.number]] += 1
            value = None
        return Reply(
            value=value,
            arguments=request.arguments,
            keywords=(),
            raised=None,
            printed="",
            seconds=0.0,
            cpu_seconds=0.0,
        )

    def _new(self) -> int:
        number = len(self.counts) + len(self.methods)
        self.counts[number] = 0
        return number


def counts(session: Recording | Replaying, calls: int) -> list[object]:
    """The count of a new object before, between and after calls of its method."""
    counter = session.ask(MAKE).value
    assert isinstance(counter, Handle)
    read = Request(operation="attribute", target=counter, name="count")
    found = [session.ask(read).value]
    for _ in range(calls):
        method = session.ask(Request(operation="attribute", target=counter, name="add")).value
        assert isinstance(method, Handle)
        session.ask(Request(operation="call", target=method))
        found.append(session.ask(read).value)
    return found


def test_an_attribute_is_read_again_after_a_method_changed_its_object() -> None:
    assert counts(Recording(Counter(), Transcript()), 2) == [0, 1, 2]


def test_a_check_that_runs_again_and_gets_further_finds_its_object_as_it_should_be() -> None:
    recording = Recording(Counter(), Transcript())
    recording.transcript.begin("counts")
    counts(recording, 1)
    recording.transcript.begin("counts")

    again = counts(recording, 3)

    assert again == [0, 1, 2, 3]


def test_what_was_recorded_of_an_object_is_replayed() -> None:
    recording = Recording(Counter(), Transcript())
    recording.transcript.begin("counts")
    counts(recording, 2)
    replayed = Transcript(recording.transcript.replies)
    replayed.begin("counts")

    assert counts(Replaying(replayed), 2) == [0, 1, 2]


def test_a_function_is_asked_the_same_question_once() -> None:
    session = Counter()
    recording = Recording(session, Transcript())
    question = Request(operation="call", target="double", arguments=("x",))

    replies = [recording.ask(question).value for _ in range(3)]

    assert replies == ["x twice"] * 3
    assert session.asked == 1
