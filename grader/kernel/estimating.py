"""Estimates the memory that a training step would take on a GPU, with tensors that have shapes and no numbers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

SHORT_NAMES = MappingProxyType(
    {
        "PARAM": "Parameter",
        "PARAMETER": "Parameter",
        "GRAD": "Gradient",
        "GRADIENT": "Gradient",
        "OPT": "Optstate",
        "OPTSTATE": "Optstate",
        "ACT": "Activation",
        "ACTIVATION": "Activation",
        "TEMP": "Temp",
        "BUFFER": "Buffer",
        "INP": "Input",
        "INPUT": "Input",
        "OTH": "Other",
        "OTHER": "Other",
    },
)
CATEGORIES = ("Parameter", "Gradient", "Optstate", "Activation", "Temp", "Buffer", "Input", "Other")


class CannotEstimateError(RuntimeError):
    """This torch has no tools to estimate with, or the code needs real numbers."""


def training_memory(
    make: Callable[..., Any],
    *arguments: Any,
    steps: int = 2,
) -> dict[str, Any]:
    """Run training steps without computing or allocating anything, and add up what they would hold.

    Args:
        make: called with ``arguments``; returns the model, the optimiser and a function without arguments that does
            one step (forward, backward, ``optimiser.step()``).
        arguments: of ``make``, a batch size for example.
        steps: how many; the optimiser's state appears in the first, so the peak is that of the last.

    Returns:
        ``peak`` in bytes, ``parameters``, ``state`` and ``kinds`` in bytes, and ``estimated``, which is true: it is no
        measurement. A context of a few hundred MiB, the allocator's rounding and cuDNN's working space come on top.

    Raises:
        CannotEstimateError: this torch cannot, or the code looks at numbers.
    """
    try:
        fake: Any = importlib.import_module("torch._subclasses.fake_tensor")
        tools: Any = importlib.import_module("torch.distributed._tools.mem_tracker")
    except ImportError as error:
        raise CannotEstimateError(f"this torch cannot estimate memory: {error}") from error
    try:
        with fake.FakeTensorMode():
            model, optimiser, step = make(*arguments)
            tracker = tools.MemTracker()
            tracker.track_external(model, optimiser)
            with tracker:
                for number in range(steps):
                    step()
                    if number + 1 < steps:
                        tracker.reset_mod_stats()
            peak = tracker.get_tracker_snapshot("peak")
            state = _state_bytes(optimiser)
    except fake.DataDependentOutputException as error:
        raise CannotEstimateError(f"the code looks at numbers, which an estimate has not: {error}") from error
    return {
        "peak": max((kinds["Total"] for kinds in peak.values()), default=0),
        "kinds": _by_kind(peak),
        "parameters": sum(value.numel() * value.element_size() for value in model.parameters()),
        "state": state,
        "estimated": True,
    }


def _by_kind(snapshot: Any) -> dict[str, int]:
    """Bytes by what they are for, at the peak."""
    found = dict.fromkeys(CATEGORIES, 0)
    for kinds in snapshot.values():
        for kind, size in kinds.items():
            name = SHORT_NAMES.get(str(getattr(kind, "name", kind)).upper(), "")
            if name:
                found[name] += int(size)
    return found


def _state_bytes(optimiser: Any) -> int:
    """Bytes of the optimiser's state, without its counters of steps."""
    return sum(
        value.numel() * value.element_size()
        for state in optimiser.state.values()
        for value in state.values()
        if hasattr(value, "numel") and value.dim() > 0
    )
