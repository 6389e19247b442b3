"""Rebuilds real tensors, frames, sparse matrices and generators from plain records, on the student's side."""

from __future__ import annotations

import importlib
from typing import Any

from .exporting import BIT_GENERATORS
from .messages import Column, Frame, GeneratorState, SparseArray, TensorArray


def rebuild(record: Any) -> Any:
    """The object that a record stands for; a record that stands for none (a handle, an opaque value) is returned.

    Only the student's side calls this, with what the judge sent; the judge itself looks at the plain records.
    """
    match record:
        case TensorArray():
            torch: Any = importlib.import_module("torch")
            tensor = torch.from_numpy(record.array).to(getattr(torch, record.dtype))
            return tensor.requires_grad_() if record.requires_grad else tensor
        case Column(index=None):
            return importlib.import_module("pandas").Index(record.values, name=record.name)
        case Column():
            return importlib.import_module("pandas").Series(record.values, index=record.index, name=record.name)
        case Frame():
            return _frame(record)
        case SparseArray():
            sparse: Any = importlib.import_module("scipy.sparse")
            matrix = sparse.coo_matrix((record.data, (record.row, record.column)), shape=record.shape)
            return matrix.asformat(record.format)
        case GeneratorState(kind="torch.Generator"):
            torch = importlib.import_module("torch")
            generator = torch.Generator()
            generator.set_state(torch.from_numpy(record.state["state"]))
            return generator
        case GeneratorState():
            return _generator(record)
    return record


def _frame(record: Frame) -> Any:
    pandas: Any = importlib.import_module("pandas")
    names = [name for name, _ in record.columns]
    frame = pandas.DataFrame(dict(enumerate(values for _, values in record.columns)), index=record.index)
    frame.columns = names
    return frame


def _generator(record: GeneratorState) -> Any:
    if record.bit_generator not in BIT_GENERATORS:
        raise ValueError(f"no bit generator is called {record.bit_generator!r}")
    random: Any = importlib.import_module("numpy.random")
    if record.kind == "RandomState":
        legacy = random.RandomState(getattr(random, record.bit_generator)())
        legacy.set_state(dict(record.state))
        return legacy
    bits = getattr(random, record.bit_generator)()
    bits.state = dict(record.state)
    return random.Generator(bits)
