"""Properties that need no reference: they can be checked on a student's own machine."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from grader.assertions.arrays import Array, as_array, assert_close
from grader.errors import AuthoringError, CheckFailed
from grader.values import Remote
from grader.wire import Reply


def assert_holds(condition: object, message: str) -> None:
    """A condition on plain values; the message says what was expected and what came.

    Raises:
        CheckFailed: with the message, when the condition is false.
    """
    if not bool(condition):
        raise CheckFailed(message)


def assert_between(actual: object, lower: float, upper: float, *, case: str = "") -> None:
    """Every entry lies in ``[lower, upper]``.

    Raises:
        CheckFailed: naming the first entry outside.
    """
    got = as_array(actual, case=case)
    _each(got, (got >= lower) & (got <= upper), f"a value from {lower:g} to {upper:g} was expected", case)


def assert_probabilities(actual: object, *, axis: int = -1, atol: float = 1e-6, case: str = "") -> None:
    """Entries are at least 0 and sum to 1 along ``axis``.

    Raises:
        CheckFailed: naming the first entry or sum that is wrong.
    """
    got = as_array(actual, case=case)
    if got.ndim == 0:
        raise CheckFailed(f"{_at(case)}an array of probabilities was expected, got a single number")
    _each(got, got >= -atol, "probabilities of at least 0 were expected", case)
    sums = got.sum(axis=axis)
    _each(sums, np.abs(sums - 1) <= atol * max(1, got.shape[axis]), "probabilities that sum to 1 were expected", case)


def assert_normalised(
    actual: object, *, axis: int | tuple[int, ...] = -1, rtol: float = 1e-3, atol: float = 1e-5, case: str = ""
) -> None:
    """Mean 0 and (biased) variance 1 along ``axis``.

    Raises:
        CheckFailed: naming which of the two does not hold, and where.
    """
    got = as_array(actual, case=case)
    means, variances = got.mean(axis=axis), got.var(axis=axis)
    _each(means, np.abs(means) <= max(atol, rtol), "a mean of 0 was expected", case)
    _each(variances, np.abs(variances - 1) <= rtol + atol, "a variance of 1 was expected", case)


def assert_invariant(
    function: Callable[..., object],
    arguments: Sequence[object],
    changed: Sequence[object],
    *,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    case: str = "",
) -> None:
    """A function gives the same for two lists of arguments, e.g. Adam for gradients and scaled gradients.

    Raises:
        CheckFailed: naming the first entry that changed.
    """
    try:
        assert_close(function(*changed), as_array(function(*arguments), case=case), rtol=rtol, atol=atol)
    except CheckFailed as failure:
        raise CheckFailed(f"{_at(case)}the result should not have changed: {failure}") from failure


def assert_gradient(
    function: Callable[[Array], object],
    gradient: object,
    point: Array,
    *,
    step: float = 1e-5,
    rtol: float = 1e-4,
    atol: float = 1e-6,
    case: str = "",
) -> None:
    """A gradient agrees with central differences of a scalar function at ``point``.

    Args:
        function: takes an array like ``point`` and returns one number.
        gradient: what the submission gave, of the shape of ``point``.
        point: where; a float64 array of any shape.
        step: the half-width of the difference.
        rtol: relative tolerance.
        atol: absolute tolerance.
        case: what is compared, for the message.

    Raises:
        CheckFailed: naming both shapes, or the first entry that differs.
    """
    point = np.asarray(point, dtype=float)
    got = as_array(gradient, case=case)
    if got.shape != point.shape:
        raise CheckFailed(f"{_at(case)}a gradient of shape {point.shape} was expected, got shape {got.shape}")
    numeric = np.empty_like(point)
    for index in np.ndindex(point.shape):
        shift = np.zeros_like(point)
        shift[index] = step
        upper, lower = as_array(function(point + shift)), as_array(function(point - shift))
        if upper.shape not in ((), (1,)):
            raise CheckFailed(f"{_at(case)}one number was expected of the function, got shape {upper.shape}")
        numeric[index] = (upper.item() - lower.item()) / (2 * step)
    try:
        assert_close(got, numeric, rtol=rtol, atol=atol)
    except CheckFailed as failure:
        raise CheckFailed(
            f"{_at(case)}the gradient disagrees with finite differences: {failure}", evidence=failure.evidence
        ) from failure


def assert_decreasing(values: object, *, strictly: bool = False, case: str = "") -> None:
    """Each entry is at most (``strictly``: less than) the one before.

    Raises:
        CheckFailed: naming the first step that goes up.
    """
    got = as_array(values, case=case).ravel()
    steps = np.diff(got)
    wrong = np.flatnonzero(~(steps < 0 if strictly else steps <= 0))
    if wrong.size:
        place = int(wrong[0])
        raise CheckFailed(
            f"{_at(case)}values that decrease were expected; "
            f"from entry {place} to {place + 1} they go from {got[place]:.6g} to {got[place + 1]:.6g}"
        )


def assert_statistic(
    samples: object,
    *,
    mean: float | None = None,
    variance: float | None = None,
    deviations: float = 5.0,
    case: str = "",
) -> None:
    """The mean or variance of independent samples is what it should be, up to chance.

    The allowance is ``deviations`` standard errors, estimated from the samples (of the variance by the fourth moment);
    at 5 a right answer fails about once in two million times.

    Args:
        samples: all entries count as independent samples; at least 100.
        mean: the expected mean.
        variance: the expected variance.
        deviations: how many standard errors to allow.
        case: what is compared, for the message.

    Raises:
        CheckFailed: with the observed value, what was expected and the allowance.
    """
    got = as_array(samples, case=case).ravel().astype(float)
    if got.size < 100:
        raise CheckFailed(f"{_at(case)}at least 100 samples were expected, got {got.size}")
    if not np.all(np.isfinite(got)):
        raise CheckFailed(f"{_at(case)}samples that are not finite")
    centred = got - got.mean()
    second = float(np.mean(centred**2))
    if mean is not None:
        error = math.sqrt(second / got.size)
        _near("mean", float(got.mean()), mean, deviations * error, case)
    if variance is not None:
        fourth = float(np.mean(centred**4))
        error = math.sqrt(max(fourth - second**2, 0.0) / got.size) + second / got.size
        _near("variance", second, variance, deviations * error, case)


def assert_raises(function: Remote, exception: str, *arguments: object, case: str = "") -> None:
    """A call raises an exception of this name; a claim of the student's process, so give it few points.

    Raises:
        CheckFailed: when it returns, or raises something else.
    """
    reply: Reply = function.observe(*arguments)
    if reply.raised is None:
        raise CheckFailed(f"{_at(case)}{exception} was expected, but a value was returned")
    if reply.raised.type_name.rpartition(".")[2] != exception:
        raise CheckFailed(f"{_at(case)}{exception} was expected, got {reply.raised.type_name}")


def assert_unchanged(before: Array, after: object, *, case: str = "") -> None:
    """An argument is the same after a call as before it (``observe`` returns the arguments after the call).

    Raises:
        CheckFailed: when the call changed it.
    """
    try:
        assert_close(after, before, rtol=0, atol=0)
    except CheckFailed as failure:
        raise CheckFailed(f"{_at(case)}the argument was changed by the call; work on a copy") from failure


def _near(word: str, got: float, wanted: float, allowance: float, case: str) -> None:
    if allowance < 0 or not math.isfinite(wanted):
        raise AuthoringError(f"the expected {word} must be finite, got {wanted}")
    if not abs(got - wanted) <= allowance:
        raise CheckFailed(
            f"{_at(case)}the {word} of the samples is {got:.4g}; "
            f"{wanted:.4g} was expected, give or take {allowance:.2g}",
            evidence={"statistic": word, "observed": got, "allowance": allowance},
        )


def _each(got: Any, holds: Any, expected: str, case: str) -> None:
    wrong = np.argwhere(~np.atleast_1d(holds))
    if wrong.size:
        index = tuple(int(part) for part in wrong[0])
        value = np.atleast_1d(got)[index]
        place = f" at {index if len(index) > 1 else index[0]}" if np.ndim(got) else ""
        raise CheckFailed(f"{_at(case)}{expected}, got {value:.6g}{place}")


def _at(case: str) -> str:
    return f"{case}: " if case else ""
