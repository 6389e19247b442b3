"""What the judge may ask about objects that do not cross: figures, models, source. All answers are claims.

They come from the student's process, which can say what it likes; the grader shows them as claims.
"""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from grader.kernel.estimating import training_memory

POINTS = 20_000
ITEMS = 500
TEXT = 2_000


def _figure_of(target: Any) -> Any:
    """The matplotlib figure that is meant by a figure, axes, an array or list of axes, or a tuple of both."""
    if hasattr(target, "get_axes") and hasattr(target, "savefig"):
        return target
    if hasattr(target, "get_figure"):
        return target.get_figure()
    if hasattr(target, "flat"):
        return _figure_of(next(iter(target.flat)))
    if isinstance(target, list | tuple) and target:
        return _figure_of(target[0])
    raise TypeError(f"{type(target).__name__} is not a matplotlib figure or axes")


def figure(target: Any) -> dict[str, Any]:
    """What a figure shows: its title and, for each of its axes, labels, limits, scales, lines, bars, points, images."""
    shown = _figure_of(target)
    suptitle = getattr(shown, "_suptitle", None)
    return {
        "size": [float(side) for side in shown.get_size_inches()],
        "title": suptitle.get_text() if suptitle is not None else "",
        "axes": [_axes(axes) for axes in shown.get_axes()[:ITEMS]],
    }


def current_figures(_target: object = None) -> list[dict[str, Any]]:
    """All figures that pyplot holds open, oldest first."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return []
    return [figure(pyplot.figure(number)) for number in pyplot.get_fignums()[:ITEMS]]


def _axes(axes: Any) -> dict[str, Any]:
    legend = axes.get_legend()
    return {
        "title": axes.get_title()[:TEXT],
        "xlabel": axes.get_xlabel()[:TEXT],
        "ylabel": axes.get_ylabel()[:TEXT],
        "xlim": [float(limit) for limit in axes.get_xlim()],
        "ylim": [float(limit) for limit in axes.get_ylim()],
        "xscale": axes.get_xscale(),
        "yscale": axes.get_yscale(),
        "projection": axes.name,
        "grid": bool(any(line.get_visible() for line in axes.get_xgridlines() + axes.get_ygridlines())),
        "xticklabels": [label.get_text()[:TEXT] for label in axes.get_xticklabels()[:ITEMS]],
        "yticklabels": [label.get_text()[:TEXT] for label in axes.get_yticklabels()[:ITEMS]],
        "legend": [text.get_text()[:TEXT] for text in legend.get_texts()[:ITEMS]] if legend is not None else None,
        "texts": [text.get_text()[:TEXT] for text in axes.texts[:ITEMS]],
        "lines": [_line(line) for line in axes.get_lines()[:ITEMS]],
        "bars": [_bars(container) for container in axes.containers[:ITEMS] if _is_bars(container)],
        "points": [_collection(part) for part in axes.collections[:ITEMS]],
        "images": [_image(image) for image in axes.get_images()[:ITEMS]],
        "patches": len(axes.patches),
    }


def _numbers(values: Any) -> Any:
    """Numbers as a plain float array, or as texts where they are dates or categories."""
    numpy = sys.modules["numpy"]
    masked = numpy.ma.filled(numpy.ma.asarray(values)[:POINTS], numpy.nan) if numpy.ma.isMA(values) else values
    array = numpy.asarray(masked)[:POINTS]
    try:
        return numpy.ascontiguousarray(array.astype(float))
    except (TypeError, ValueError):
        return [str(item)[:TEXT] for item in array.tolist()]


def _line(line: Any) -> dict[str, Any]:
    return {
        "label": _label(line),
        "x": _numbers(line.get_xdata(orig=False)),
        "y": _numbers(line.get_ydata(orig=False)),
        "linestyle": str(line.get_linestyle()),
        "marker": str(line.get_marker()),
        "color": str(line.get_color()),
        "points": len(line.get_xdata(orig=False)),
        "visible": bool(line.get_visible()),
    }


def _label(artist: Any) -> str:
    """A label that a legend would show; matplotlib's own names start with an underscore."""
    label = str(artist.get_label())
    return "" if label.startswith("_") else label[:TEXT]


def _is_bars(container: Any) -> bool:
    return hasattr(container, "patches") and hasattr(container, "datavalues")


def _bars(container: Any) -> dict[str, Any]:
    patches = list(container.patches)[:POINTS]
    return {
        "label": _label(container),
        "orientation": container.orientation or "vertical",
        "left": _numbers([patch.get_x() for patch in patches]),
        "bottom": _numbers([patch.get_y() for patch in patches]),
        "width": _numbers([patch.get_width() for patch in patches]),
        "height": _numbers([patch.get_height() for patch in patches]),
    }


def _collection(collection: Any) -> dict[str, Any]:
    array = collection.get_array()
    return {
        "label": _label(collection),
        "type": type(collection).__name__,
        "offsets": _numbers(collection.get_offsets()),
        "values": None if array is None else _numbers(array.ravel()),
    }


def _image(image: Any) -> dict[str, Any]:
    numpy = sys.modules["numpy"]
    array = numpy.ma.filled(numpy.ma.asarray(image.get_array()).astype(float), numpy.nan)
    whole = array.size <= POINTS * 10
    return {
        "shape": list(array.shape),
        "data": numpy.ascontiguousarray(array) if whole else None,
        "extent": [float(side) for side in image.get_extent()],
        "cmap": image.get_cmap().name,
        "clim": [float(limit) for limit in image.get_clim()],
        "origin": str(image.origin),
        "interpolation": str(image.get_interpolation()),
    }


def parameters(model: Any) -> dict[str, Any]:
    """A module's parameters: how many numbers, how many of them are trained, and each name with its shape."""
    named = list(model.named_parameters())
    return {
        "total": sum(int(value.numel()) for _, value in named),
        "trainable": sum(int(value.numel()) for _, value in named if value.requires_grad),
        "shapes": [[name, list(value.shape)] for name, value in named],
        "types": sorted({str(value.dtype).removeprefix("torch.") for _, value in named}),
        "buffers": sum(int(value.numel()) for _, value in model.named_buffers()),
        "training": bool(model.training),
    }


def modules(model: Any) -> list[list[str]]:
    """The submodules of a module: name and class of each, the module itself first."""
    return [[name, type(part).__name__] for name, part in list(model.named_modules())[: ITEMS * 10]]


def source(target: Any) -> str:
    """The source of a function or class as it was typed."""
    return textwrap.dedent(inspect.getsource(target))


def structure(target: Any) -> dict[str, Any]:
    """What the source of a function or class is made of: syntax, names called, names imported, attributes, lines.

    Advisory: code that is built at run time is not in it.
    """
    text = source(target)
    tree = ast.parse(text)
    nodes = list(ast.walk(tree))
    return {
        "nodes": dict(Counter(type(node).__name__ for node in nodes)),
        "calls": sorted({ast.unparse(node.func)[:TEXT] for node in nodes if isinstance(node, ast.Call)}),
        "names": sorted({node.id for node in nodes if isinstance(node, ast.Name)}),
        "attributes": sorted({node.attr for node in nodes if isinstance(node, ast.Attribute)}),
        "imports": sorted(_imported(nodes)),
        "loops": sum(isinstance(node, ast.For | ast.While | ast.AsyncFor) for node in nodes),
        "comprehensions": sum(isinstance(node, ast.comprehension) for node in nodes),
        "recursive": any(
            isinstance(node, ast.Call) and ast.unparse(node.func) in (target.__name__, f"self.{target.__name__}")
            for node in nodes
        ),
        "lines": len([line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]),
    }


def _imported(nodes: list[ast.AST]) -> set[str]:
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.update(f"{node.module or ''}.{alias.name}" for alias in node.names)
    return found


def docstring(target: Any) -> str:
    """The docstring, dedented, or an empty text."""
    return inspect.getdoc(target) or ""


def signature(target: Any) -> list[dict[str, Any]]:
    """The parameters of a function: name, kind, and whether it has a default."""
    return [
        {
            "name": parameter.name,
            "kind": parameter.kind.name.lower(),
            "default": parameter.default is not inspect.Parameter.empty,
        }
        for parameter in inspect.signature(target).parameters.values()
    ]


def type_names(target: Any) -> list[str]:
    """The full names of an object's classes, nearest first."""
    return [f"{kind.__module__}.{kind.__qualname__}" for kind in type(target).__mro__]


def is_callable(target: Any) -> bool:
    """Whether an object can be called."""
    return callable(target)


def members(target: Any) -> list[str]:
    """The public names of an object."""
    return [name for name in dir(target) if not name.startswith("_")][: ITEMS * 10]


OF_AN_OBJECT: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "callable": is_callable,
        "docstring": docstring,
        "figure": figure,
        "members": members,
        "modules": modules,
        "parameters": parameters,
        "signature": signature,
        "source": source,
        "structure": structure,
        "training_memory": training_memory,
        "types": type_names,
    },
)
OF_THE_NOTEBOOK: Mapping[str, Callable[..., Any]] = MappingProxyType({"figures": current_figures})
