"""Max-pooling against average-pooling as the number of classes and of pictures grows."""

import inspect

import numpy as np
import torch
from torch import nn

from grader import Choice, Figure, Function, Problem, RubricItem, Run, Text
from grader.assertions import (
    assert_between,
    assert_choice,
    assert_close,
    assert_equal,
    assert_finite,
    assert_holds,
    assert_shape,
)


def line_images(per_class, rng):
    """Noisy pictures of 16 by 16 of five classes: nothing, and lines in four directions."""
    labels = np.repeat(np.arange(5), per_class)
    images = 0.5 * rng.normal(size=(len(labels), 1, 16, 16))
    for image, label in zip(images, labels, strict=True):
        place = int(rng.integers(1, 15))
        diagonal = np.eye(16, k=place - 8)
        if label == 1:
            image[0, place, :] += 1
        if label == 2:
            image[0, :, place] += 1
        if label in (3, 4):
            image[0] += diagonal if label == 3 else diagonal[:, ::-1]
    return torch.tensor(images, dtype=torch.float32), torch.tensor(labels)


def fit_network(model, images, labels, epochs=40, learning_rate=0.05):
    """Train with Adam and cross entropy on all pictures at once, and return the model."""
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for _ in range(epochs):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return model


problem = Problem(
    title="Choosing a pooling",
    statement=r"""
        Now there are five classes: nothing, and lines in four directions (`line_images`, in the cell below). After
        its one convolution a network pools each feature map into one number, by the maximum or by the average over
        all positions.

        - `global_pool`: takes features of shape $(N, C, H, W)$ and `kind`, `"max"` or `"average"`, and returns
          shape $(N, C)$.
        - `PooledCNN`: an `nn.Module`; `PooledCNN(kind)` has a convolution with eight $5 \times 5$ kernels, ReLU,
          pooling of that kind and a linear layer with five outputs.
        - `pooled_accuracy`: accuracies on at least 200 fresh pictures after training with 10, 20 and 40 pictures
          per class, as `{"per_class": [10, 20, 40], "max": [...], "average": [...]}`.
        - `pooling_figure`: these accuracies, one labelled line for each pooling.
        - `spot_pooling`: a class is recognised by one small bright spot anywhere in a dark picture. Which pooling
          suits?
        - `brightness_pooling`: a class is recognised by its mean brightness, in pictures with single wild pixels.
          Which one?
        - `pooling_observation`: compare the two in your results; what are the advantages of each?
    """,
    answers={
        "global_pool": Function("global_pool(features, kind)", "Return one number for each feature map, shape (N, C)."),
        "PooledCNN": Function("PooledCNN(kind)", "Return the module (a class will do as well as a function)."),
        "pooled_accuracy": Run(),
        "pooling_figure": Figure(),
        "spot_pooling": Choice(("max", "average")),
        "brightness_pooling": Choice(("max", "average")),
        "pooling_observation": Text(
            {
                "results": RubricItem(1, "says which did better for few and for many pictures in the results shown"),
                "max": RubricItem(
                    1, "max-pooling reacts to a feature wherever it is, also in a small part of the picture"
                ),
                "average": RubricItem(1, "average-pooling uses the whole picture and evens out noise"),
            }
        ),
    },
    source="seed 004, question 4 (f)",
    setup=(
        "import numpy as np\nimport torch\nimport matplotlib.pyplot as plt\nfrom torch import nn\n\n\n"
        + inspect.getsource(line_images)
        + "\n\n"
        + inspect.getsource(fit_network)
    ),
)


def network_of(build, kind):
    """The network that a submission builds."""
    network = build(kind)
    assert_holds(callable(network), f"a network was expected, got {network!r}")
    return network


@problem.check(points=1)
def pooled_features(student, reference):
    """Each feature map becomes its maximum or its average."""
    generator = np.random.default_rng(0)
    for shape in ((2, 3, 4, 4), (1, 2, 3, 5)):
        features = torch.tensor(generator.normal(size=shape) - 1, dtype=torch.float32)
        for kind in ("max", "average"):
            got, expected = (pool(features, kind) for pool in (student.global_pool, reference.global_pool))
            assert_close(got, expected, rtol=1e-5, atol=1e-6, case=f"{kind}, features of shape {shape}")


@problem.check(points=1)
def network_as_described(student, reference):
    """The network has the layers that were described and gives five scores."""
    images = torch.tensor(np.random.default_rng(0).normal(size=(3, 1, 16, 16)), dtype=torch.float32)
    for kind in ("max", "average"):
        networks = (network_of(student.PooledCNN, kind), network_of(reference.PooledCNN, kind))
        got, expected = (sorted(shape for _, shape in network.probe("parameters")["shapes"]) for network in networks)
        assert_equal(got, expected, case=f"shapes of the parameters, {kind}")
        got, expected = (list(np.shape(network(images))) for network in networks)
        assert_equal(got, expected, case=f"shape of the scores of three pictures, {kind}")


@problem.check(points=1)
def pooling_is_used(student, reference):
    """A pattern that appears twice counts once with max-pooling and twice with average-pooling."""
    patch = torch.zeros(1, 1, 16, 16)
    patch[0, 0, 6:9, 4:7] = torch.tensor([[2.0, -1.0, 0.5], [1.0, 3.0, -2.0], [0.0, 1.0, 1.0]])
    twice = patch + torch.roll(patch, 8, dims=3)
    for kind in ("max", "average"):
        got, expected = (
            bool(np.abs(np.asarray(network(patch)) - np.asarray(network(twice))).max() > 1e-6)
            for network in (network_of(student.PooledCNN, kind), network_of(reference.PooledCNN, kind))
        )
        assert_equal(got, expected, case=f"{kind}: the scores change when a pattern appears twice")


@problem.check(points=1, advisory=True)
def accuracies_of_both(student):
    """Both poolings were trained with three numbers of pictures, and are good with the most."""
    reported = student.pooled_accuracy
    names = ("per_class", "max", "average")
    assert_holds(isinstance(reported, dict) and set(names) <= set(reported), f"{', '.join(names)} were expected")
    for name in names:
        assert_shape(reported[name], (3,), case=name)
        assert_finite(reported[name], case=name)
    assert_equal([int(count) for count in reported["per_class"]], [10, 20, 40], case="per_class")
    for name in ("max", "average"):
        assert_between(reported[name], 0.21, 1, case=f"accuracies with {name}-pooling")
        assert_between(reported[name][2], 0.5, 1, case=f"accuracy with {name}-pooling and 40 pictures per class")


@problem.check(points=1, needs=(accuracies_of_both,), advisory=True)
def figure_of_both(student):
    """The figure has a labelled line for each pooling, through the reported accuracies."""
    axes = [part for part in student.pooling_figure.probe("figure")["axes"] if len(part["lines"]) >= 2]
    assert_holds(axes, "one pair of axes with two lines was expected")
    reported = student.pooled_accuracy
    lines = axes[0]["lines"]
    assert_holds(len({line["label"] for line in lines} - {""}) >= 2, "each line needs a label of its own")
    for name in ("max", "average"):
        drawn = any(
            len(line["y"]) == 3
            and isinstance(line["x"], np.ndarray)
            and isinstance(line["y"], np.ndarray)
            and np.allclose(line["x"], reported["per_class"])
            and np.allclose(line["y"], reported[name])
            for line in lines
        )
        assert_holds(drawn, f"no line shows the accuracies with {name}-pooling")


@problem.check(points=1)
def pooling_for_a_spot(student, reference):
    """Which pooling finds a single spot."""
    assert_choice(student.spot_pooling, reference.spot_pooling)


@problem.check(points=1)
def pooling_for_brightness(student, reference):
    """Which pooling measures brightness."""
    assert_choice(student.brightness_pooling, reference.brightness_pooling)
