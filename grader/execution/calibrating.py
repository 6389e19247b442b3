"""Measures how much correct code's numbers differ over seeds, types, threads and devices, and proposes tolerances."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.errors import BoundaryError, LimitReached
from grader.execution.kernels import Kernel
from grader.execution.limits import Limits
from grader.execution.worker import Worker
from grader.wire import Column, Frame, Reply, Request, SparseArray, TensorArray

SAFETY = 10.0
SMALL = 1e-3
LEAST_RTOL = 1e-9
RANDOM_FROM = 0.05
DOUBLE = "import torch\ntorch.set_default_dtype(torch.float64)"
ON_GPU = "import torch\ntorch.set_default_device('cuda')"


@dataclass(frozen=True)
class Variation:
    """One way to run the same code; ``single`` makes the arguments' numbers singles, ``prelude`` runs first."""

    name: str
    seed: int = 1
    threads: int = 1
    single: bool = False
    prelude: str = ""
    device: str | None = None


@dataclass(frozen=True)
class Asked:
    """One question of a check to the reference; ``callbacks`` are the functions that went with it."""

    check: str
    request: Request
    callbacks: Mapping[int, Callable[..., object]]


@dataclass(frozen=True)
class Proposal:
    """Tolerances for one question.

    ``rtol`` and ``atol`` are ten times the largest difference from the most exact run, rounded up; ``worst`` names the
    run that differed most. Where ``note`` says that the values are random, ``band`` (mean, standard deviation) serves.
    """

    check: str
    asked: str
    rtol: float
    atol: float
    worst: str
    note: str = ""
    band: tuple[float, float] | None = None


def variations(*, torch: bool, gpu: str | None = None, seeds: Sequence[int] = (2, 3)) -> tuple[Variation, ...]:
    """The ways to run a reference; the first is the one that the others are compared with, in double precision."""
    exact = Variation("double precision", prelude=DOUBLE if torch else "")
    ways = [exact, Variation("as it is"), Variation("single precision", single=True), Variation("2 threads", threads=2)]
    ways += [Variation(f"seed {seed}", seed=seed) for seed in seeds]
    if gpu is not None:
        ways.append(Variation("on the GPU", prelude=ON_GPU, device=gpu))
    return tuple(ways)


def replay(
    worker: Worker, cells: Sequence[str], asked: Sequence[Asked], way: Variation, limits: Limits
) -> list[Reply | None]:
    """Run the code in a fresh kernel and ask everything again, in order; None where no answer came."""
    settings = replace(limits, threads=way.threads)
    with worker.kernel(seed=way.seed, device=way.device, trusted=True, limits=settings) as kernel:
        kernel.run([*([way.prelude] if way.prelude else []), *cells])
        return [_ask(kernel, question, way) for question in asked]


def _ask(kernel: Kernel, question: Asked, way: Variation) -> Reply | None:
    request = question.request
    if way.single:
        request = replace(
            request,
            arguments=tuple(map(in_single_precision, request.arguments)),
            keywords=tuple((name, in_single_precision(value)) for name, value in request.keywords),
        )
    if not kernel.alive:
        return None
    try:
        return kernel.ask(request, callbacks=question.callbacks)
    except (BoundaryError, LimitReached):
        return None


def in_single_precision(value: Any) -> Any:
    """An argument with its arrays of doubles as singles; plain numbers stay."""
    match value:
        case np.ndarray() if value.dtype == np.float64:
            return value.astype(np.float32)
        case TensorArray(dtype="float64"):
            return replace(value, array=value.array.astype(np.float32), dtype="float32")
        case list():
            return [in_single_precision(item) for item in value]
        case tuple():
            return tuple(in_single_precision(item) for item in value)
        case dict():
            return {key: in_single_precision(item) for key, item in value.items()}
        case _:
            return value


def numbers(value: Any) -> Iterator[np.ndarray[Any, np.dtype[np.complex128]]]:
    """The numeric arrays in a reply's value, in order, in double precision."""
    match value:
        case bool() | None | str() | bytes():
            return
        case int() | float() | complex() | np.number():
            yield np.atleast_1d(np.asarray(value, dtype=np.complex128))
        case np.ndarray() if value.dtype.kind in "iufc":
            yield value.astype(np.complex128).ravel()
        case TensorArray(array=array) | SparseArray(data=array):
            yield from numbers(array)
        case Column(values=values):
            yield from numbers(values)
        case Frame(columns=columns):
            for _, values in columns:
                yield from numbers(values)
        case list() | tuple():
            for item in value:
                yield from numbers(item)
        case dict():
            for item in value.values():
                yield from numbers(item)


def propose(asked: Asked, replies: Mapping[str, Reply | None]) -> Proposal | None:
    """Propose tolerances for one question.

    Args:
        asked: the question.
        replies: by the name of the variation; the first is the most exact.

    Returns:
        None if the answer holds no numbers.
    """
    (_, exact), *others = replies.items()
    title = title_of(asked.request)
    if exact is None or exact.raised is not None:
        return Proposal(asked.check, title, 0.0, 0.0, "", "the most exact run gave no value")
    truth = _joined(exact.value)
    if truth is None:
        return None
    scale = float(np.max(np.abs(truth[np.isfinite(truth)]), initial=0.0))
    worst, largest, notes, seen = "", 0.0, [], [truth]
    for name, reply in others:
        got = None if reply is None or reply.raised is not None else _joined(reply.value)
        if got is None or got.shape != truth.shape:
            notes.append(f"{name}: {'no value' if got is None else f'{got.size} numbers instead of {truth.size}'}")
            continue
        seen.append(got)
        difference = _relative(got, truth, scale)
        if difference > largest:
            worst, largest = name, difference
    rtol = max(LEAST_RTOL, rounded_up(SAFETY * largest))
    band = None
    if largest > RANDOM_FROM:
        means = [float(np.mean(np.real(part))) for part in seen]
        band = (float(np.mean(means)), float(np.std(means)))
        notes.append("the values are random: compare a band of the mean, or fix the random state")
    return Proposal(asked.check, title, rtol, rounded_up(rtol * SMALL * scale), worst, "; ".join(notes), band)


def title_of(request: Request) -> str:
    """What a request asks, in a word or two: ``softmax``, ``BatchNorm.forward``."""
    target = request.target
    name = target if isinstance(target, str) else target.type_name.rpartition(".")[2]
    return f"{name}.{request.name}" if request.name else name


def merged(proposals: Iterable[Proposal]) -> list[Proposal]:
    """One proposal for each check and thing asked: the widest, with every note."""
    groups: dict[tuple[str, str], list[Proposal]] = {}
    for found in proposals:
        groups.setdefault((found.check, found.asked), []).append(found)
    result = []
    for group in groups.values():
        widest = max(group, key=lambda one: one.rtol)
        notes = "; ".join(dict.fromkeys(one.note for one in group if one.note))
        result.append(replace(widest, atol=max(one.atol for one in group), note=notes))
    return result


def _joined(value: Any) -> np.ndarray[Any, np.dtype[np.complex128]] | None:
    parts = list(numbers(value))
    return np.concatenate(parts) if parts else None


def _relative(got: Any, truth: Any, scale: float) -> float:
    """The largest difference relative to the number, or to a thousandth of the largest number if that is more."""
    same = (got == truth) | (np.isnan(got) & np.isnan(truth))
    if same.all():
        return 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = np.abs(got - truth)[~same] / np.maximum(np.abs(truth), max(SMALL * scale, 1e-300))[~same]
    finite = difference[np.isfinite(difference)]
    return float(np.max(finite, initial=math.inf if finite.size < difference.size else 0.0))


def rounded_up(number: float) -> float:
    """The next of 1, 2 and 5 times a power of ten; 0 stays 0."""
    if number <= 0.0 or not math.isfinite(number):
        return number
    power = 10.0 ** math.floor(math.log10(number))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= number * (1 - 1e-12))
