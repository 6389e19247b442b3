"""A convolutional network and a fully connected one learn to see edges from few pictures."""

import inspect

import numpy as np
import torch

from grader import Choice, Figure, Function, Number, Problem, RubricItem, Run, Text
from grader.assertions import (
    assert_between,
    assert_choice,
    assert_close,
    assert_decreasing,
    assert_equal,
    assert_equivalent,
    assert_finite,
    assert_holds,
    assert_shape,
)


def edge_images(per_class, rng):
    """Noisy pictures of 16 by 16: class 0 shows nothing, class 1 a horizontal line, class 2 a vertical one."""
    labels = np.repeat(np.arange(3), per_class)
    images = 0.3 * rng.normal(size=(len(labels), 1, 16, 16))
    for image, label in zip(images, labels, strict=True):
        place = rng.integers(1, 15)
        if label == 1:
            image[0, place, :] += 1
        if label == 2:
            image[0, :, place] += 1
    return torch.tensor(images, dtype=torch.float32), torch.tensor(labels)


def fit(model, images, labels, epochs=40, learning_rate=0.05):
    """Train with Adam and cross entropy on all pictures at once; returns the loss of every epoch."""
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    losses = []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


problem = Problem(
    title="Seeing edges with few pictures",
    statement=r"""
        `edge_images(per_class, rng)` draws pictures of three classes: nothing, a horizontal line, a vertical line,
        each at a random place and in noise. `fit(model, images, labels)` trains a model. Both are in the cell
        below.

        - `train_classifier`: calls `torch.manual_seed(seed)`, builds a network, trains it with `fit` (its defaults)
          on the tensors given, and returns it. With `kind` `"cnn"` the network is one convolution with six $5
          \times 5$ kernels, ReLU, the maximum of each feature map over all positions, and one linear layer; with
          `kind` `"mlp"` it is one hidden layer of 64 ReLU units on the flattened picture, and one linear layer.
          Both return three scores.
        - `sweep`: accuracies on at least 300 fresh pictures after training with 5, 10, 20 and 40 pictures per
          class, as `{"per_class": [5, 10, 20, 40], "cnn": [...], "mlp": [...]}`, numbers from 0 to 1.
        - `accuracy_figure`: these accuracies against the number of pictures per class, one line for each network,
          with labelled axes and a legend.
        - `kernel_figure`: the six kernels of a trained CNN, each as an image.
        - `kernels_seen`: compare the kernels before and after training with the classical edge detectors. What do
          you see?
        - `frozen_kernels`: the kernels are set to classical edge detectors and frozen, only the last layer is
          trained. With *many* pictures this does worse than a CNN whose random kernels are trained too. Why, in one
          word?
        - `frozen_reason`: and in a few sentences.

        How long to train, and how many pictures are enough?

        - `epochs_tried`: the numbers of epochs that you tried with 20 pictures per class, as a list, shortest first.
        - `cnn_accuracy`: the accuracy that the CNN reached in the end with 20 pictures per class, in percent.
        - `loss_and_accuracy`: late in training the validation loss of the MLP may rise while its accuracy still
          rises. What explains it?
        - `cnn_images`, `mlp_images`: how many pictures per class does each network need for a validation accuracy of
          about 85 to 90 %? (The smallest number that you tried and that was enough.)
        - `mlp_learns`: with few pictures the MLP has training accuracy 1 and a poor validation accuracy: what has
          it done?
        - `generalisation`: does the MLP generalise or memorise? Use your numbers.
    """,
    answers={
        "train_classifier": Function(
            "train_classifier(kind, images, labels, seed)", 'Return a trained network; kind is "cnn" or "mlp".'
        ),
        "sweep": Run(),
        "accuracy_figure": Figure(),
        "kernel_figure": Figure(),
        "kernels_seen": Text(
            {
                "before": RubricItem(1, "untrained kernels look random"),
                "after": RubricItem(1, "trained kernels resemble edge detectors: horizontal and vertical stripes"),
            }
        ),
        "frozen_kernels": Choice(
            {
                "capacity": "fixed filters limit what the network can represent",
                "overfitting": "edge detectors overfit",
                "speed": "the frozen network trains too slowly",
            }
        ),
        "frozen_reason": Text(
            {
                "fixed": RubricItem(1, "fixed filters cannot adapt, which limits capacity when data is plentiful"),
                "few": RubricItem(1, "with little data they help, because there is less to learn"),
            }
        ),
        "epochs_tried": Run(),
        "cnn_accuracy": Number(unit="percent"),
        "loss_and_accuracy": Choice(
            {
                "confident": "a few wrong predictions get ever more confident and dominate the mean loss",
                "underfitting": "the network underfits, so both go up",
                "bug": "it cannot happen; accuracy and loss always move in opposite directions",
            }
        ),
        "cnn_images": Run(prompt="one number"),
        "mlp_images": Run(prompt="one number"),
        "mlp_learns": Choice(
            {"memorised": "memorised the pictures", "generalised": "found the rule behind the pictures"}
        ),
        "generalisation": Text(
            {
                "places": RubricItem(
                    1, "the MLP has to see a line at every place, it does not carry over what it learned"
                ),
                "numbers": RubricItem(1, "uses the measured numbers of pictures or accuracies"),
            }
        ),
    },
    source="seed 004, question 4 (a)-(c)",
    setup=(
        "import numpy as np\nimport torch\nimport matplotlib.pyplot as plt\nfrom torch import nn\n\n\n"
        + inspect.getsource(edge_images)
        + "\n\n"
        + inspect.getsource(fit)
    ),
    seconds=30,
)


def scores_of(network, images):
    """The class scores that a network gives, as an array."""
    scores = network(images)
    assert_shape(scores, (len(images), 3), case=f"scores of {len(images)} pictures")
    assert_finite(scores, case="scores")
    return np.asarray(scores)


def network_of(train, kind, images, labels, seed):
    """The network that a submission trains."""
    network = train(kind, images, labels, seed)
    assert_holds(callable(network), f"a network was expected, got {network!r}")
    return network


def trained(train, kind, per_class, seed=0):
    """A network trained by the submission, and its accuracy on fresh pictures, judged here."""
    network = network_of(train, kind, *edge_images(per_class, np.random.default_rng(seed)), seed)
    images, labels = edge_images(150, np.random.default_rng(1000 + seed))
    return network, float(np.mean(scores_of(network, images).argmax(axis=1) == labels.numpy()))


@problem.check(points=1)
def cnn_sees_edges(student, reference):
    """With 20 pictures per class the CNN gets at least as far on fresh pictures as it should."""
    _, got = trained(student.train_classifier, "cnn", 20)
    _, expected = trained(reference.train_classifier, "cnn", 20)
    # Over 12 seeds the reference lies between 0.91 and 1.00.
    assert_close(got, expected, rtol=0, atol=0.08, case="accuracy of the CNN on fresh pictures, 20 per class")


@problem.check(points=1)
def mlp_needs_more(student, reference):
    """With 20 pictures per class the MLP is better than chance and far behind the CNN."""
    _, got = trained(student.train_classifier, "mlp", 20)
    _, expected = trained(reference.train_classifier, "mlp", 20)
    # Over 12 seeds the reference lies between 0.49 and 0.62, untrained networks around 0.33.
    assert_close(got, expected, rtol=0, atol=0.1, case="accuracy of the MLP on fresh pictures, 20 per class")


@problem.check(points=1, needs=(cnn_sees_edges,))
def cnn_ignores_the_place(student, reference):
    """Moving what a picture shows does not change the scores of the CNN."""
    picture = torch.zeros(1, 1, 16, 16)
    picture[0, 0, 5:8, 6:9] = torch.tensor([[1.0, 2.0, 0.5], [0.0, 1.0, 3.0], [-1.0, 0.5, 1.0]])
    moved = torch.roll(picture, (2, -1), dims=(2, 3))
    changes = []
    for train in (student.train_classifier, reference.train_classifier):
        network, _ = trained(train, "cnn", 5)
        changes.append(float(np.abs(scores_of(network, picture) - scores_of(network, moved)).max()))
    assert_close(changes[0], changes[1], rtol=0, atol=1e-3, case="change of the scores when the picture is moved")


@problem.check(points=1)
def networks_have_the_layers(student, reference):
    """The two networks have the numbers of parameters that their layers imply."""
    images, labels = edge_images(1, np.random.default_rng(0))
    for kind in ("cnn", "mlp"):
        got, expected = (
            sorted(int(np.prod(shape)) for _, shape in shapes_of(network_of(train, kind, images, labels, 0)))
            for train in (student.train_classifier, reference.train_classifier)
        )
        assert_equal(sum(got), sum(expected), case=f"number of parameters, {kind}")
        assert_equal(got, expected, case=f"parameters of each layer, {kind}")


def shapes_of(network):
    """Names and shapes of a network's parameters, by the process that holds it."""
    return network.probe("parameters")["shapes"]


@problem.check(points=1, advisory=True)
def sweep_fits_together(student):
    """The reported accuracies are those of networks that learned: the CNN is ahead everywhere."""
    reported = student.sweep
    assert_holds(isinstance(reported, dict), f"a dictionary was expected, got a {type(reported).__name__}")
    for name in ("per_class", "cnn", "mlp"):
        assert_holds(name in reported, f"the dictionary lacks {name!r}")
        assert_shape(reported[name], (4,), case=name)
        assert_finite(reported[name], case=name)
    assert_equal([int(count) for count in reported["per_class"]], [5, 10, 20, 40], case="per_class")
    assert_between(reported["cnn"], 0.6, 1, case="accuracies of the CNN")
    assert_between(reported["mlp"], 0.25, 1, case="accuracies of the MLP")
    assert_between(reported["cnn"][2:], 0.9, 1, case="accuracies of the CNN with 20 and 40 pictures per class")
    behind = [cnn - mlp for cnn, mlp in zip(reported["cnn"], reported["mlp"], strict=True)]
    assert_holds(min(behind) >= 0.1, "the MLP should be clearly behind the CNN with each number of pictures")


@problem.check(points=1, needs=(sweep_fits_together,), advisory=True)
def figure_shows_the_sweep(student):
    """The figure has one labelled line for each network, through the accuracies of the sweep."""
    shown = student.accuracy_figure.probe("figure")
    axes = next((part for part in shown["axes"] if len(part["lines"]) >= 2), None)
    assert_holds(axes is not None, "one pair of axes with two lines was expected")
    assert_holds(axes["xlabel"] and axes["ylabel"], "both axes need a label")
    labels = axes["legend"] or [line["label"] for line in axes["lines"]]
    assert_holds(sum(bool(label) for label in labels) >= 2, "a legend that names both lines was expected")
    reported = student.sweep
    for name in ("cnn", "mlp"):
        shown_here = any(
            len(line["x"]) == 4
            and isinstance(line["x"], np.ndarray)
            and isinstance(line["y"], np.ndarray)
            and np.allclose(line["x"], reported["per_class"])
            and np.allclose(line["y"], reported[name], atol=1e-6)
            for line in axes["lines"]
        )
        assert_holds(shown_here, f"no line shows the accuracies of {name!r} against the pictures per class")


@problem.check(points=1, advisory=True)
def figure_shows_kernels(student):
    """The figure shows six different kernels of 5 by 5."""
    images = [image for axes in student.kernel_figure.probe("figure")["axes"] for image in axes["images"]]
    kernels = [np.asarray(image["data"], dtype=float) for image in images if tuple(image["shape"][:2]) == (5, 5)]
    assert_holds(len(kernels) == 6, f"six images of 5 by 5 were expected, found {len(kernels)}")
    different = all(
        np.abs(first - second).max() > 1e-6 for place, first in enumerate(kernels) for second in kernels[:place]
    )
    assert_holds(different, "the six images should show six different kernels")


@problem.check(points=1)
def why_frozen_kernels_lose(student, reference):
    """Why fixed kernels lose when there is much data."""
    assert_choice(student.frozen_kernels, reference.frozen_kernels)


@problem.check(points=1, advisory=True)
def epochs_listed(student):
    """At least two lengths of training were tried, each a positive whole number, shortest first."""
    tried = student.epochs_tried
    tried = tried.tolist() if isinstance(tried, np.ndarray) else tried
    assert_holds(isinstance(tried, list | tuple), f"a list was expected, got a {type(tried).__name__}")
    assert_holds(len(tried) >= 2, f"at least two lengths were expected, got {len(tried)}")
    whole = all(isinstance(count, int | np.integer) and not isinstance(count, bool) and count > 0 for count in tried)
    assert_holds(whole, "numbers of epochs are positive whole numbers")
    assert_decreasing([-count for count in tried], strictly=True, case="minus the numbers of epochs")


@problem.check(points=1, advisory=True)
def cnn_reaches_its_goal(student, reference):
    """The CNN reached at least 90 percent with 20 pictures per class."""
    # The middle of the band that is asked for, give or take its half width.
    assert_equivalent(
        student.cnn_accuracy, reference.cnn_accuracy, reference.cnn_accuracy_as_a_share, mode="tolerance:rel=0.0527"
    )


@problem.check(points=1)
def loss_rises_with_accuracy(student, reference):
    """Why the loss can rise while the accuracy rises."""
    assert_choice(student.loss_and_accuracy, reference.loss_and_accuracy)


@problem.check(points=1, advisory=True)
def data_that_each_needs(student, reference):
    """The MLP needs several times as many pictures as the CNN."""
    counts = []
    for answers in (student, reference):
        cnn, mlp = answers.cnn_images, answers.mlp_images
        for name, count in (("cnn_images", cnn), ("mlp_images", mlp)):
            number = isinstance(count, int | float | np.integer) and not isinstance(count, bool) and count > 0
            assert_holds(number, f"{name}: one positive number was expected, got {count!r}")
        counts.append((cnn, mlp))
    (cnn, mlp), (known_cnn, known_mlp) = counts
    # Which of the two is ahead is what matters; how far depends on the networks that were tried.
    assert_holds(
        (mlp >= 3 * cnn) == (known_mlp >= 3 * known_cnn),
        f"{mlp:g} pictures for the MLP and {cnn:g} for the CNN: compare",
    )


@problem.check(points=1)
def what_the_mlp_did(student, reference):
    """What perfect training accuracy with poor validation accuracy means."""
    assert_choice(student.mlp_learns, reference.mlp_learns)
