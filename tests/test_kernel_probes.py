from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import matplotlib as mpl
import numpy as np
import pytest
import torch
from matplotlib.figure import Figure

from grader.kernel import probes

mpl.use("agg")

import matplotlib.pyplot as plt


@pytest.fixture
def figure() -> Iterator[Figure]:
    shown, axes = plt.subplots()
    axes.plot([1, 2, 3], [10, 100, 1000], label="loss", linestyle="--")
    axes.set(xlabel="step", ylabel="loss", title="training", yscale="log", xlim=(0, 4))
    axes.legend()
    yield shown
    plt.close(shown)


def test_a_figure_says_what_it_shows(figure: Figure) -> None:
    (axes,) = probes.figure(figure)["axes"]

    assert (axes["xlabel"], axes["ylabel"], axes["title"]) == ("step", "loss", "training")
    assert (axes["xscale"], axes["yscale"], axes["xlim"]) == ("linear", "log", [0.0, 4.0])
    assert axes["legend"] == ["loss"]
    (line,) = axes["lines"]
    assert line["label"] == "loss"
    assert line["x"].tolist() == [1, 2, 3]
    assert line["y"].tolist() == [10, 100, 1000]
    assert line["linestyle"] == "--"


def test_a_figure_is_found_from_its_axes(figure: Figure) -> None:
    from_axes = probes.figure(figure.axes[0])
    from_list = probes.figure([figure.axes[0]])
    from_array = probes.figure(np.array([figure.axes[0]]))

    assert (
        from_axes["axes"][0]["title"] == from_list["axes"][0]["title"] == from_array["axes"][0]["title"] == "training"
    )


def test_what_is_no_figure_is_refused() -> None:
    with pytest.raises(TypeError, match="int is not a matplotlib figure"):
        probes.figure(3)


def test_bars_points_and_images_are_there() -> None:
    shown, (left, middle, right) = plt.subplots(1, 3)
    left.bar(["a", "b"], [3, 4], label="counts")
    middle.scatter([1, 2], [3, 4], c=[5, 6])
    right.imshow(np.arange(6).reshape(2, 3), cmap="gray")

    bars, points, images = probes.figure(shown)["axes"]
    plt.close(shown)

    assert bars["bars"][0]["height"].tolist() == [3, 4]
    assert bars["bars"][0]["label"] == "counts"
    assert points["points"][0]["offsets"].tolist() == [[1, 3], [2, 4]]
    assert points["points"][0]["values"].tolist() == [5, 6]
    assert images["images"][0]["data"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert images["images"][0]["cmap"] == "gray"


def test_labels_that_no_legend_would_show_are_empty() -> None:
    shown, axes = plt.subplots()
    axes.plot([1])
    (described,) = probes.figure(shown)["axes"]
    plt.close(shown)

    assert described["lines"][0]["label"] == ""


def test_all_open_figures_are_listed(figure: Figure) -> None:
    assert len(probes.current_figures()) == len(plt.get_fignums())


def test_parameters_are_counted() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    model[0].weight.requires_grad = False

    counted = probes.parameters(model)

    assert counted["total"] == 6 + 2 + 4
    assert counted["trainable"] == 2 + 4
    assert ["0.weight", [2, 3]] in counted["shapes"]
    assert counted["types"] == ["float32"]


def test_modules_are_listed() -> None:
    assert probes.modules(torch.nn.Sequential(torch.nn.ReLU())) == [["", "Sequential"], ["0", "ReLU"]]


def looping(n: int) -> float:
    """Add up."""
    total = 0.0
    for k in range(n):
        total += np.sqrt(k)
    return total + (looping(0) if n else 0)


def test_source_says_what_it_is_made_of() -> None:
    found = probes.structure(looping)

    assert found["loops"] == 1
    assert found["recursive"]
    assert "np.sqrt" in found["calls"]
    assert "sqrt" in found["attributes"]
    assert found["nodes"]["For"] == 1
    assert probes.docstring(looping) == "Add up."
    assert probes.signature(looping) == [{"name": "n", "kind": "positional_or_keyword", "default": False}]


def test_without_pyplot_there_are_no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    modules: dict[str, ModuleType] = {name: module for name, module in sys.modules.items() if "pyplot" not in name}
    monkeypatch.setattr(sys, "modules", modules)

    assert probes.current_figures() == []


def test_classes_are_named_nearest_first() -> None:
    assert probes.type_names(True) == ["builtins.bool", "builtins.int", "builtins.object"]
