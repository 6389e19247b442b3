"""Plain data crosses the boundary unchanged, and a hostile frame is refused."""

from __future__ import annotations

import collections
import contextlib
import enum
import math
import struct
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from grader.kernel import codec, rebuilding
from grader.kernel.codec import Caps, decode, decode_message, encode, encode_message
from grader.kernel.messages import (
    Answer,
    Call,
    Callback,
    Column,
    Frame,
    GeneratorState,
    Handle,
    Note,
    Opaque,
    Raised,
    Reply,
    Request,
    SparseArray,
    SymbolicText,
    TensorArray,
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(codec="utf-8"))
    | st.binary()
    | st.fractions()
    | st.decimals(allow_nan=False)
)
KEYS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8"))
HASHABLE = KEYS | st.tuples(KEYS, KEYS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=20)
        | st.lists(inner, max_size=20).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=8)
        | st.sets(HASHABLE, max_size=8)
        | st.frozensets(HASHABLE, max_size=8)
        | st.lists(st.floats(), min_size=8)
        | st.lists(st.integers(), min_size=8).map(tuple)
    ),
    max_leaves=20,
)
DTYPES = st.sampled_from(
    ["?", "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"]
)


def same(left: Any, right: Any) -> bool:
    """Equal in type and bits, NaN included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return struct.pack("<d", left) == struct.pack("<d", right)
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return len(left) == len(right) and all(map(same, left, right)) and all(map(same, left.values(), right.values()))
    return bool(left == right)


@given(VALUES)
@settings(deadline=None, max_examples=150)
def test_plain_data_comes_back_as_it_was(value: Any) -> None:
    assert same(decode(encode(value)), value)


@given(st_numpy.arrays(DTYPES, st_numpy.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=4)))
@settings(deadline=None)
def test_arrays_come_back_bit_for_bit(array: np.ndarray) -> None:
    back = decode(encode(array))

    assert (type(back), back.dtype, back.shape) == (np.ndarray, array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()
    assert back.flags.writeable
    assert back.flags.aligned


@given(st_numpy.arrays(DTYPES, ()))
@settings(deadline=None)
def test_numpy_scalars_keep_their_type(array: np.ndarray) -> None:
    scalar = array[()]

    back = decode(encode(scalar))

    assert type(back) is type(scalar)
    assert back.tobytes() == scalar.tobytes()


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.arange(12)[::-2],
        np.arange(3, dtype=">i4"),
        np.zeros((3, 0, 2)),
        np.broadcast_to(np.float32(2), (3, 4)),
    ],
)
def test_views_and_foreign_byte_orders_come_as_plain_arrays(array: np.ndarray) -> None:
    back = decode(encode(array))

    np.testing.assert_array_equal(back, array)
    assert back.dtype == array.dtype.newbyteorder("<")
    assert back.flags.c_contiguous


@pytest.mark.parametrize(
    "dtype", [torch.float32, torch.float64, torch.bfloat16, torch.float16, torch.int64, torch.bool, torch.complex64]
)
def test_tensors_are_rebuilt_on_the_students_side(dtype: torch.dtype) -> None:
    tensor = torch.tensor([[0, 1], [1, 1]]).to(dtype)
    tensor.requires_grad_(dtype.is_floating_point)

    plain = decode(encode(tensor))
    back = decode(encode(tensor), revive=rebuilding.rebuild)

    assert isinstance(plain, TensorArray)
    assert plain.dtype == str(dtype).removeprefix("torch.")
    assert plain.requires_grad == tensor.requires_grad
    assert back.dtype == dtype
    assert torch.equal(back, tensor)
    assert back.requires_grad == tensor.requires_grad


def test_records_that_stand_for_foreign_objects_are_written_like_these() -> None:
    tensor = decode(encode(torch.ones(2)))

    again = decode(encode(tensor), revive=rebuilding.rebuild)

    assert torch.equal(again, torch.ones(2))


def test_data_frames_cross_as_columns() -> None:
    frame = pd.DataFrame({"x": [1.5, 2.5], "name": ["a", "b"]}, index=["first", "second"])

    plain = decode(encode(frame))
    back = decode(encode(frame), revive=rebuilding.rebuild)

    assert isinstance(plain, Frame)
    assert [name for name, _ in plain.columns] == ["x", "name"]
    assert plain.columns[1][1] == ["a", "b"]
    pd.testing.assert_frame_equal(back, frame)


def test_columns_and_indexes_cross() -> None:
    series = pd.Series([1, 2], name="loss")

    plain = decode(encode(series))

    assert isinstance(plain, Column)
    pd.testing.assert_series_equal(decode(encode(series), revive=rebuilding.rebuild), series)
    assert isinstance(decode(encode(pd.Index([3, 4]))), Column)


def test_sparse_matrices_cross_as_triples() -> None:
    matrix = scipy.sparse.csr_matrix(np.diag([1.0, 2.0, 0.0]))

    plain = decode(encode(matrix))
    back = decode(encode(matrix), revive=rebuilding.rebuild)

    assert isinstance(plain, SparseArray)
    assert (plain.format, plain.shape, plain.row.tolist()) == ("csr", (3, 3), [0, 1])
    np.testing.assert_array_equal(back.toarray(), matrix.toarray())


@pytest.mark.parametrize("bits", ["PCG64", "MT19937", "Philox", "SFC64"])
def test_generators_go_on_where_they_were(bits: str) -> None:
    rng = np.random.Generator(getattr(np.random, bits)(7))
    rng.random(5)

    back = decode(encode(rng), revive=rebuilding.rebuild)

    assert back.random(10).tolist() == rng.random(10).tolist()


def test_older_generators_go_on_too() -> None:
    legacy, of_torch = np.random.RandomState(7), torch.Generator().manual_seed(3)
    legacy.normal(size=3)

    back = decode(encode(legacy), revive=rebuilding.rebuild)
    back_of_torch = decode(encode(of_torch), revive=rebuilding.rebuild)

    assert back.normal(size=4).tolist() == legacy.normal(size=4).tolist()
    assert torch.equal(torch.rand(3, generator=back_of_torch), torch.rand(3, generator=of_torch))


def test_sympy_crosses_as_text_to_be_read() -> None:
    x = sympy.Symbol("x")

    assert decode(encode(x**2 / 2)) == SymbolicText("x**2/2")
    assert decode(encode(sympy.Matrix([[x]]))) == SymbolicText("Matrix([[x]])")


class Liar(float):
    """Says that it equals everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __float__(self) -> float:
        return 42.0

    def __sub__(self, other: object) -> float:
        return 0.0


class Bent(int):
    """Claims to be 42."""

    def __int__(self) -> int:
        return 42

    def __index__(self) -> int:
        return 42

    def __add__(self, other: object) -> int:
        return 42


class Masked(np.ndarray):
    """Says that every comparison holds."""

    def __array_function__(self, *_: object) -> object:
        return True

    def __array_ufunc__(self, *_: object, **__: object) -> object:
        return np.True_


class Pretender:
    """Says that it is a float."""

    @property
    def __class__(self) -> type:  # type: ignore[override]
        return float

    def __float__(self) -> float:
        return 1.0

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class Level(enum.IntEnum):
    LOW = 3


Point = collections.namedtuple("Point", "x y")  # noqa: PYI024 - the untyped kind, as students write it


@pytest.mark.parametrize(
    ("value", "base"),
    [
        (Liar(2.5), 2.5),
        (Liar(-0.0), -0.0),
        (Bent(7), 7),
        (Level.LOW, 3),
        (Point(1, 2), (1, 2)),
        (torch.Size([2, 3]), (2, 3)),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.OrderedDict(a=1), {"a": 1}),
        (bytearray(b"x"), b"x"),
        (np.str_("s"), "s"),
    ],
)
def test_a_subclass_gives_its_base_data(value: Any, base: Any) -> None:
    assert same(decode(encode(value)), base)


def test_an_array_subclass_gives_its_base_data() -> None:
    back = decode(encode(np.array([1.0, 2.0]).view(Masked)))

    assert type(back) is np.ndarray
    assert back.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (Pretender(), "test_codec.Pretender"),
        (lambda: 0, "function"),
        ((x for x in "a"), "generator"),
        (np, "module"),
        (int, "type"),
        (np.ma.masked_array([1, 2], [0, 1]), "numpy.ma.MaskedArray"),
        (np.array([object()]), "numpy.ndarray"),
        (np.array(["a"]), "numpy.ndarray"),
        (np.array([(1, 2.0)], dtype="i4,f8"), "numpy.ndarray"),
        (np.longdouble(1), "numpy.longdouble"),
        (torch.nn.Linear(1, 1), "torch.nn.modules.linear.Linear"),
    ],
)
def test_what_is_not_plain_data_says_its_type(value: Any, name: str) -> None:
    back = decode(encode(value))

    assert isinstance(back, Opaque)
    assert name.rpartition(".")[2] in back.type_name


def test_objects_can_be_kept_behind_handles() -> None:
    kept: list[object] = []

    def keep(value: object) -> Handle:
        kept.append(value)
        return Handle(len(kept), type(value).__name__)

    back = decode(encode({"model": print, "loss": 0.5}, keep=keep))

    assert back == {"model": Handle(1, "builtin_function_or_method"), "loss": 0.5}
    assert kept == [print]


def test_the_judge_refuses_to_send_what_is_not_plain_data() -> None:
    with pytest.raises(TypeError, match="a value of type object is not plain data"):
        encode([object()], opaque=False)


def test_depth_is_cut_with_a_word() -> None:
    endless: list[Any] = []
    endless.append(endless)

    back = decode(encode(endless))

    while isinstance(back, list):
        (back,) = back
    assert back == Opaque("list", "nested too deep")


def test_a_value_that_grows_without_end_is_refused() -> None:
    wide: list[Any] = []
    wide += [wide] * 10

    with pytest.raises(ValueError, match="more than 200000 values"):
        encode(wide)


def test_integers_past_the_cap_say_so() -> None:
    assert decode(encode(1 << 100_000)) == Opaque("int", "more than 2048 bytes long")
    assert decode(encode(-(1 << 16_000))) == -(1 << 16_000)


def test_lone_surrogates_are_replaced() -> None:
    assert decode(encode("a\ud800b")).encode() == "a\ufffd\ufffd\ufffdb".encode()


@pytest.mark.parametrize(
    "message",
    [
        Request("call", "softmax", arguments=(np.arange(3.0),), keywords=(("axis", 0),)),
        Request("attribute", Handle(3, "Model"), "weight", keep=True),
        Reply(1.5, (1,), (("k", 2),), Raised("ValueError", "m", ((1, 2, "x = 1"),)), "printed", 0.5, 0.25),
        Call(3, (1.0,), (("x", None),)),
        Answer(None, Raised("ValueError", "no")),
        Note("ready", {"x": 1}),
    ],
)
def test_messages_come_back(message: Any) -> None:
    back = decode_message(encode_message(message))

    assert type(back) is type(message)
    assert encode_message(back) == encode_message(message)


@pytest.mark.parametrize(
    "message",
    [
        Request("run", "x"),  # type: ignore[arg-type]
        Request("get", 3),  # type: ignore[arg-type]
        Request("call", "f", arguments=[1]),  # type: ignore[arg-type]
        Request("call", "f", keywords=((1, 2),)),  # type: ignore[arg-type]
        Reply(seconds="fast"),  # type: ignore[arg-type]
        Reply(raised="error"),  # type: ignore[arg-type]
        Reply(raised=Raised("E", "m", ((1, "2", "x"),))),  # type: ignore[arg-type]
        Call(-1),
        Call(True),
        Note("x" * 65),
    ],
)
def test_messages_with_the_wrong_types_are_refused(message: Any) -> None:
    frame = encode_message(message)

    with pytest.raises(ValueError, match=r"promised types"):
        decode_message(frame)


def u32(number: int) -> bytes:
    return struct.pack("<I", number)


def array_frame(code: int, *shape: int, raw: bytes = b"") -> bytes:
    return struct.pack(f"<cBB{len(shape)}Q", b"a", code, len(shape), *shape) + raw


def record_frame(kind: type, *parts: Any) -> bytes:
    return b"R" + bytes([codec.RECORDS.index(kind)]) + b"".join(map(encode, parts))


COLLIDING = b"D" + u32(200) + b"".join(b"I" + u32(9) + (k * ((1 << 61) - 1)).to_bytes(9, "little") + b"N"
                                       for k in range(1, 201))  # fmt: skip
HOSTILE = {
    "nothing": b"",
    "unknown tag": b"?",
    "a pickle": b"\x80\x04\x95.",
    "two values": b"NN",
    "half an integer": b"i\x00",
    "text longer than the frame": b"s" + u32(100) + b"x",
    "bytes of four gigabytes": b"b" + u32(0xFFFFFFFF),
    "a list of four billion": b"l" + u32(0xFFFFFFFF) + b"N" * 100,
    "a list of more than there is": b"l" + u32(100) + b"N" * 99,
    "a deep list": (b"l" + u32(1)) * 40 + b"N",
    "a very deep list": (b"l" + u32(1)) * 1_000_000 + b"N",
    "too many values": b"l" + u32(200_001) + b"N" * 200_001,
    "a huge integer": b"I" + u32(1 << 20) + b"\xff" * (1 << 20),
    "packed of an unknown kind": b"pl?" + u32(0),
    "packed of four billion": b"pld" + u32(0xFFFFFFFF),
    "a dict with an array for a key": b"D" + u32(1) + array_frame(5, 1, raw=b"x") + b"N",
    "a dict with one key twice": b"D" + u32(2) + b"TNTN",
    "a dict whose keys equal": b"D" + u32(2) + b"T" + b"N" + encode(1) + b"N",
    "a set with a list in it": b"S" + u32(1) + b"l" + u32(0),
    "colliding keys": COLLIDING,
    "an array of a type past the list": array_frame(14, 1, raw=bytes(16)),
    "an array of too many axes": array_frame(5, *[1] * 17, raw=b"x"),
    "an array whose shape overflows": array_frame(11, 1 << 62, 8),
    "an array larger than its data": array_frame(11, 100, raw=b"x"),
    "an empty array of absurd shape": array_frame(11, 0, 1 << 60),
    "an array of odd truth values": array_frame(0, 2, raw=b"\x01\x02"),
    "a scalar with axes": b"g" + array_frame(5, 1, raw=b"x")[1:],
    "a range of floats": b"r" + encode(0.0) + encode(1) + encode(1),
    "a range without a step": b"r" + encode(0) + encode(1) + encode(0),
    "a fraction over nothing": b"f" + encode(1) + encode(0),
    "a fraction of text": b"f" + encode("1") + encode(2),
    "a decimal of words": b"m" + u32(3) + b"one",
    "a record past the list": b"R\xff",
    "a handle with a name for a number": record_frame(Handle, "1", "Model"),
    "a handle below zero": record_frame(Handle, -1, "Model"),
    "a handle that is true": record_frame(Handle, True, "Model"),
    "a callback of text": record_frame(Callback, "f"),
    "a tensor of text": record_frame(TensorArray, "x", "float32", False, "cpu"),
    "a tensor of another type": record_frame(TensorArray, np.zeros(2), "float32", False, "cpu"),
    "a tensor of no type": record_frame(TensorArray, np.zeros(2), "__class__", False, "cpu"),
    "a tensor whose type is a list": record_frame(TensorArray, np.zeros(2), [], False, "cpu"),
    "a frame of unequal columns": record_frame(Frame, (("a", [1]),), [1, 2]),
    "a frame of no columns": record_frame(Frame, 3, [1]),
    "a column longer than its index": record_frame(Column, "a", [1, 2], [1]),
    "triples outside the matrix": record_frame(
        SparseArray, "csr", (2, 2), np.ones(1), np.array([5]), np.array([0])
    ),
    "triples of unequal length": record_frame(SparseArray, "csr", (2, 2), np.ones(2), np.array([1]), np.array([0])),
    "a matrix of absurd shape": record_frame(
        SparseArray, "csr", (1 << 40, 2), np.ones(1), np.array([0]), np.array([0])
    ),
    "a generator by another name": record_frame(GeneratorState, "Generator", "os.system", {}),
    "a generator without a state": record_frame(GeneratorState, "Generator", "PCG64", 3),
}  # fmt: skip


@pytest.mark.parametrize("frame", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_frame_is_refused(frame: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        decode(frame)


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=300)
def test_noise_is_refused_or_read_and_nothing_else(noise: bytes) -> None:
    for read in (decode, decode_message):
        with contextlib.suppress(ValueError):
            read(noise)


@given(VALUES, st.data())
@settings(deadline=None, max_examples=150)
def test_a_changed_frame_is_refused_or_read_and_nothing_else(value: Any, data: st.DataObject) -> None:
    frame = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        frame[data.draw(st.integers(0, len(frame) - 1))] = data.draw(st.integers(0, 255))

    with contextlib.suppress(ValueError):
        decode(bytes(frame))


def test_caps_are_the_readers_own() -> None:
    frame = encode(list(range(5)))

    with pytest.raises(ValueError, match="a frame of 50 bytes; at most 10"):
        decode(frame, caps=Caps(frame=10))
    with pytest.raises(ValueError, match="promises 5 values"):
        decode(frame, caps=Caps(nodes=3))


def test_an_object_that_raises_from_everywhere_is_opaque() -> None:
    class Hostile(type):
        @property
        def __module__(cls) -> str:  # type: ignore[override]
            raise RuntimeError

    class Value(metaclass=Hostile):
        pass

    assert decode(encode([Value()])) == [Opaque("unknown")]


def test_numbers_that_are_no_numbers_are_themselves() -> None:
    back = decode(encode([math.nan, math.inf, -0.0, 5e-324]))

    assert math.isnan(back[0])
    assert back[1:] == [math.inf, 0.0, 5e-324]
    assert math.copysign(1, back[2]) == -1
    assert decode(encode(Decimal("NaN"))).is_nan()
    assert decode(encode(Fraction(-7, 3))) == Fraction(-7, 3)
