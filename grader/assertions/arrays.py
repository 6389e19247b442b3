"""Numbers and arrays: exact shape and kind first, then values; nothing broadcasts into success."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from grader.errors import AuthoringError, CheckFailed
from grader.values import Remote
from grader.wire import Opaque, SymbolicText

Array = npt.NDArray[Any]
NUMERIC = "biufc"


def assert_close(
    actual: object,
    expected: object,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    case: str = "",
    equal_nan: bool = True,
) -> None:
    """Every entry of ``actual`` is within ``atol + rtol * |expected|`` of ``expected``, in the same shape.

    Numbers, nested lists, arrays and tensors are compared by value; a bool is not a number, a complex number is not
    real. ``equal_nan`` lets NaN stand only where the expected value has NaN.

    Raises:
        CheckFailed: naming the case, both shapes, how many entries differ and the first that does.
        AuthoringError: when ``expected`` is no array of numbers.
    """
    wanted = _expected_array(expected)
    got = as_array(actual, case=case)
    if got.shape != wanted.shape:
        raise CheckFailed(
            f"{_at(case)}a result of shape {wanted.shape} was expected, got shape {got.shape}",
            evidence={"expected_shape": list(wanted.shape), "shape": list(got.shape)},
        )
    _same_kind(got, wanted, case)
    if wanted.dtype.kind == "b":
        got, wanted = got.astype(int), wanted.astype(int)  # numpy has no difference of booleans
    with np.errstate(all="ignore"):
        near = np.abs(got - wanted) <= atol + rtol * np.abs(wanted)
        near |= got == wanted
    if equal_nan:
        near |= np.isnan(got) & np.isnan(wanted)
    if not bool(np.all(near)):
        raise _differing(got, wanted, near, case)


def assert_equal(actual: object, expected: object, *, case: str = "") -> None:
    """Plain data that is the same: same type of value, same length, same entries; arrays also the same shape.

    Raises:
        CheckFailed: with what was expected and what came.
    """
    if isinstance(expected, np.ndarray) or _is_tensor(expected):
        assert_close(actual, expected, rtol=0, atol=0, case=case)
        return
    if not _same(actual, expected):
        raise CheckFailed(f"{_at(case)}expected {_show(expected)}, got {_show(actual)}")


def assert_shape(actual: object, shape: Sequence[int], *, case: str = "") -> None:
    """An array (or nested list, or tensor) of exactly this shape.

    Raises:
        CheckFailed: naming both shapes.
    """
    got = as_array(actual, case=case)
    if got.shape != tuple(shape):
        raise CheckFailed(f"{_at(case)}a result of shape {tuple(shape)} was expected, got shape {got.shape}")


def assert_finite(actual: object, *, case: str = "") -> None:
    """No NaN and no infinity anywhere.

    Raises:
        CheckFailed: with the number of entries that are not finite and the first one's place.
    """
    got = as_array(actual, case=case)
    wrong = ~np.isfinite(got)
    if bool(np.any(wrong)):
        first = _first(wrong)
        raise CheckFailed(f"{_at(case)}{_count(wrong)} not finite; the first{_place(first)} is {_number(got[first])}")


def as_array(value: object, *, case: str = "") -> Array:
    """The numbers in what a submission returned, as an array.

    Raises:
        CheckFailed: when it is nothing numeric, naming the type that came.
    """
    plain = _plain(value)
    if isinstance(plain, SymbolicText):
        plain = _float_text(plain.text, case)
    if (
        isinstance(plain, Remote | Opaque)
        or plain is None
        or isinstance(plain, str | bytes | Mapping | set | frozenset)
    ):
        raise CheckFailed(f"{_at(case)}a number or an array was expected, got {type_name(value)}")
    try:
        array = np.asarray(plain)
    except (ValueError, TypeError) as error:
        raise CheckFailed(f"{_at(case)}a rectangular array was expected: {error}") from error
    if array.dtype.kind not in NUMERIC:
        raise CheckFailed(f"{_at(case)}numbers were expected, got entries of type {_entry_type(plain)}")
    return array


def type_name(value: object) -> str:
    """The type of what a submission returned, in words for its author."""
    match value:
        case Remote():
            return f"an object ({value!r})"
        case Opaque(type_name=name):
            return f"an object of type {name}, which is no plain data"
        case None:
            return "None (is a return missing?)"
        case _:
            return f"{_article(type(value).__name__)} {_show(value)}"


def _expected_array(expected: object) -> Array:
    array = np.asarray(_plain(expected))
    if array.dtype.kind not in NUMERIC:
        raise AuthoringError(f"the expected value must be numbers, got {type(expected).__name__}")
    return array


def _plain(value: object) -> object:
    return value.detach().cpu().numpy() if _is_tensor(value) else value  # type: ignore[attr-defined]


def _is_tensor(value: object) -> bool:
    # torch itself is not imported here: a check without tensors must not pay for it
    return type(value).__module__ == "torch" and hasattr(value, "detach")


def _float_text(text: str, case: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise CheckFailed(f"{_at(case)}a number was expected, got the formula {text[:80]!r}") from error


def _same_kind(got: Array, wanted: Array, case: str) -> None:
    if (got.dtype.kind == "b") != (wanted.dtype.kind == "b"):
        kinds = {True: "True or False", False: "numbers"}
        raise CheckFailed(f"{_at(case)}{kinds[wanted.dtype.kind == 'b']} expected, got {kinds[got.dtype.kind == 'b']}")
    if got.dtype.kind == "c" and wanted.dtype.kind != "c":
        raise CheckFailed(f"{_at(case)}real numbers were expected, got complex ones")


def _differing(got: Array, wanted: Array, near: Array, case: str) -> CheckFailed:
    wrong = ~near
    first = _first(wrong)
    with np.errstate(all="ignore"):
        errors = np.abs(np.asarray(got - wanted, dtype=complex))
    finite = errors[np.isfinite(errors)]
    largest = float(finite.max()) if finite.size else math.nan
    shape = f"result of shape {got.shape}: {_count(wrong)} differ; the first{_place(first)}: " if got.ndim else ""
    return CheckFailed(
        f"{_at(case)}{shape}expected {_number(wanted[first])}, got {_number(got[first])}",
        evidence={
            "case": case,
            "shape": list(got.shape),
            "differing": int(wrong.sum()),
            "largest_error": largest if math.isfinite(largest) else None,
            "wrong": wrong.astype(int).tolist() if got.ndim in (1, 2) and got.size <= 1024 else None,
        },
    )


def _same(actual: object, expected: object) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool | np.bool_):
        return isinstance(expected, bool) and isinstance(actual, bool | np.bool_) and bool(actual) == expected
    if isinstance(expected, int | float) and isinstance(actual, int | float | np.integer | np.floating):
        return bool(actual == expected)
    if isinstance(expected, tuple | list) and isinstance(actual, tuple | list):
        return len(actual) == len(expected) and all(map(_same, actual, expected))
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return set(actual) == set(expected) and all(_same(actual[key], expected[key]) for key in expected)
    return type(actual) is type(expected) and bool(actual == expected)


def _first(wrong: Array) -> tuple[int, ...]:
    return tuple(int(index) for index in np.argwhere(wrong)[0])


def _count(wrong: Array) -> str:
    return f"{int(wrong.sum())} of {wrong.size} {'value' if wrong.size == 1 else 'values'}"


def _place(index: tuple[int, ...]) -> str:
    if not index:
        return ""
    return f", at {index[0]}" if len(index) == 1 else f", at {index}"


def _at(case: str) -> str:
    return f"{case}: " if case else ""


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, np.floating | float) else str(value)


def _show(value: object, limit: int = 120) -> str:
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _entry_type(value: object) -> str:
    while isinstance(value, list | tuple) and value:
        value = value[0]
    return type(value).__name__


def _article(word: str) -> str:
    return f"{'an' if word[:1].lower() in 'aeiou' else 'a'} {word}"
