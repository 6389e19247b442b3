"""Turns numpy, torch, pandas, scipy and sympy objects into plain records, without importing any of these.

A library that is not loaded has no objects; so each is looked up among the loaded modules. A subclass of a plain type
gives its base data, read through the base type, so that what its operators say does not matter.
"""

from __future__ import annotations

import sys
from typing import Any, Final

from .messages import Column, Frame, GeneratorState, SparseArray, SymbolicText, TensorArray
from .reading import DTYPES

NOT_DATA: Final = object()
BIT_GENERATORS: Final = frozenset(("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"))
TENSOR_DTYPES: Final = {
    "bool": "|b1",
    "int8": "|i1",
    "int16": "<i2",
    "int32": "<i4",
    "int64": "<i8",
    "uint8": "|u1",
    "uint16": "<u2",
    "uint32": "<u4",
    "uint64": "<u8",
    "float16": "<f2",
    "bfloat16": "<f4",
    "float32": "<f4",
    "float64": "<f8",
    "complex64": "<c8",
    "complex128": "<c16",
}
_CODES: Final = {name: code for code, name in enumerate(DTYPES)}
_LONGEST_NAME: Final = 200
_BASES: Final = (float, int, complex, str, bytes, list, tuple, dict, set, frozenset)


def type_name(value: Any) -> str:
    """The full name of a value's type, as text and never too long."""
    kind = type(value)
    try:
        name = str(kind.__qualname__) if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    except Exception:  # noqa: BLE001 - a metaclass of the student's may do anything
        name = "unknown"
    return name[:_LONGEST_NAME].encode("utf-8", "replace").decode()


def numeric_array(value: Any) -> tuple[int, bool, tuple[int, ...], bytes] | None:
    """The base data of a numpy array or scalar: type code, whether it is a scalar, shape, raw bytes.

    None for everything else, masked arrays and arrays of other than the numeric types included.
    """
    np = sys.modules.get("numpy")
    if np is None:
        return None
    try:
        return _numeric_array(value, np)
    except Exception:  # noqa: BLE001 - a student may have put anything in numpy's place
        return None


def _numeric_array(value: Any, np: Any) -> tuple[int, bool, tuple[int, ...], bytes] | None:
    kind = type(value)
    scalar = issubclass(kind, np.generic)
    if not scalar and not issubclass(kind, np.ndarray):
        return None
    if not scalar and issubclass(kind, np.ma.MaskedArray):
        return None
    base = np.asarray(value) if scalar else np.ndarray.view(value, np.ndarray)
    code = _CODES.get(base.dtype.newbyteorder("<").str)
    if code is None:
        return None
    base = np.ascontiguousarray(base, dtype=DTYPES[code]) if base.ndim else base.astype(DTYPES[code])
    return code, scalar, tuple(base.shape), base.tobytes()


def export(value: Any) -> Any:
    """A record or a plain value that stands for ``value``, or `NOT_DATA`."""
    try:
        for exporter in (_tensor, _pandas, _sparse, _generator, _symbolic, _base_data):
            result = exporter(value)
            if result is not NOT_DATA:
                return result
    except Exception:  # noqa: BLE001 - objects of the student's may raise anything from anywhere
        return NOT_DATA
    return NOT_DATA


def _tensor(value: Any) -> Any:
    torch = sys.modules.get("torch")
    if torch is None or not issubclass(type(value), torch.Tensor):
        return NOT_DATA
    dtype = str(value.dtype).removeprefix("torch.")
    if dtype not in TENSOR_DTYPES or value.layout != torch.strided or value.device.type == "meta":
        return NOT_DATA
    plain = torch.Tensor.detach(value).cpu().resolve_conj().resolve_neg()
    array = (plain.float() if dtype == "bfloat16" else plain).numpy()
    return TensorArray(array, dtype, bool(value.requires_grad), str(value.device))


def _pandas(value: Any) -> Any:
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return NOT_DATA
    if issubclass(type(value), pandas.DataFrame):
        columns = tuple((name, _values(value.iloc[:, at])) for at, name in enumerate(value.columns))
        return Frame(columns, _values(value.index))
    if issubclass(type(value), pandas.Series):
        return Column(value.name, _values(value), _values(value.index))
    if issubclass(type(value), pandas.Index):
        return Column(value.name, _values(value), None)
    if value is pandas.NA or value is pandas.NaT:
        return None
    return NOT_DATA


def _values(values: Any) -> Any:
    """The values of a column or an index: a numeric array if they are numbers, otherwise a list."""
    array = values.to_numpy()
    if array.ndim == 1 and array.dtype.newbyteorder("<").str in _CODES:
        return array
    if array.dtype.kind in "mM":
        return [str(item) for item in array]
    return array.tolist()


def _sparse(value: Any) -> Any:
    sparse = sys.modules.get("scipy.sparse")
    if sparse is None or not sparse.issparse(value) or value.ndim != 2:
        return NOT_DATA
    triples = value.tocoo()
    rows, columns = (triples.row.astype("<i8"), triples.col.astype("<i8"))
    return SparseArray(str(value.format), (int(value.shape[0]), int(value.shape[1])), triples.data, rows, columns)


def _generator(value: Any) -> Any:
    random = sys.modules.get("numpy.random")
    torch = sys.modules.get("torch")
    if random is not None and issubclass(type(value), random.Generator):
        state = dict(value.bit_generator.state)
        return GeneratorState("Generator", str(state.get("bit_generator")), state)
    if random is not None and issubclass(type(value), random.RandomState):
        state = dict(value.get_state(legacy=False))
        return GeneratorState("RandomState", str(state.get("bit_generator")), state)
    if torch is not None and issubclass(type(value), torch.Generator) and value.device.type == "cpu":
        return GeneratorState("torch.Generator", "", {"state": value.get_state().numpy()})
    return NOT_DATA


def _symbolic(value: Any) -> Any:
    sympy = sys.modules.get("sympy")
    if sympy is None or not issubclass(type(value), sympy.Basic | sympy.MatrixBase):
        return NOT_DATA
    return SymbolicText(str(value))


def _base_data(value: Any) -> Any:
    """A subclass of a plain type as that plain type (an IntEnum, a named tuple, a Counter, ...)."""
    kind = type(value)
    if kind is bytearray:
        return bytes(value)
    base: Any = next((base for base in _BASES if issubclass(kind, base) and kind is not base), None)
    if base is float:
        return float.fromhex(float.hex(value))
    if base is int:
        return int.__add__(value, 0)
    if base is complex:
        return complex.__add__(value, -0.0 - 0.0j)
    if base is str:
        return str.__str__(value) if type(str.__str__(value)) is str else "".join(str.__iter__(value))
    if base is bytes:
        return bytes.__add__(b"", value)
    if base is dict:
        return dict(dict.items(value))
    if base is not None:
        return base(base.__iter__(value))
    return NOT_DATA


def is_consistent(record: Any) -> bool:
    """Whether the parts of a record that stands for a foreign object have the types and lengths that they need."""
    match record:
        case TensorArray(array=array, dtype=dtype, requires_grad=grad, device=device):
            right = _is_array(array) and type(dtype) is str and type(grad) is bool and type(device) is str
            return right and TENSOR_DTYPES.get(dtype) == array.dtype.newbyteorder("<").str
        case Column(values=values, index=index):
            return _is_vector(values) and (index is None or (_is_vector(index) and len(index) == len(values)))
        case Frame(columns=columns, index=index):
            return (
                type(columns) is tuple
                and _is_vector(index)
                and all(type(pair) is tuple and len(pair) == 2 for pair in columns)
                and all(_is_vector(values) and len(values) == len(index) for _, values in columns)
            )
        case SparseArray():
            return _is_sparse(record)
        case GeneratorState(kind="torch.Generator", bit_generator="", state=state):
            return type(state) is dict and set(state) == {"state"} and _is_vector(state["state"])
        case GeneratorState(kind="Generator" | "RandomState", bit_generator=name, state=state):
            return type(name) is str and name in BIT_GENERATORS and type(state) is dict
    return False


def _is_array(value: Any) -> bool:
    np = sys.modules.get("numpy")
    return np is not None and type(value) is np.ndarray


def _is_vector(value: Any) -> bool:
    return type(value) is list or (_is_array(value) and value.ndim == 1)


def _is_sparse(record: SparseArray) -> bool:
    shape, parts = record.shape, (record.data, record.row, record.column)
    if type(record.format) is not str or type(shape) is not tuple or len(shape) != 2:
        return False
    if any(type(length) is not int or not 0 <= length < 1 << 31 for length in shape):
        return False
    if not all(_is_array(part) and part.ndim == 1 and len(part) == len(record.data) for part in parts):
        return False
    if any(part.dtype.str != "<i8" for part in parts[1:]):
        return False
    inside = [not part.size or (part.min() >= 0 and part.max() < n) for part, n in zip(parts[1:], shape, strict=True)]
    return bool(all(inside))
