"""Lines at places that training never showed, and pictures whose pixels were shuffled."""

import inspect

import numpy as np
import torch
from torch import nn

from grader import Choice, Function, Problem, RubricItem, Run, Text
from grader.assertions import assert_between, assert_choice, assert_close, assert_equal, assert_holds, assert_shape


def placed_edges(per_class, rng, first, last, noise=0.3):
    """Pictures of nothing, a horizontal or a vertical line, with lines only at rows or columns first to last."""
    labels = np.repeat(np.arange(3), per_class)
    images = noise * rng.normal(size=(len(labels), 1, 16, 16))
    for image, label in zip(images, labels, strict=True):
        place = rng.integers(first, last + 1)
        if label == 1:
            image[0, place, :] += 1
        if label == 2:
            image[0, :, place] += 1
    return torch.tensor(images, dtype=torch.float32), torch.tensor(labels)


def small_cnn(kernel=5):
    """One convolution with six kernels, ReLU, the maximum over all positions, one linear layer."""
    return nn.Sequential(nn.Conv2d(1, 6, kernel), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(6, 3))


def small_mlp():
    """One hidden layer on the flattened picture."""
    return nn.Sequential(nn.Flatten(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 3))


def train_network(model, images, labels, epochs=40, learning_rate=0.05):
    """Train with Adam and cross entropy on all pictures at once, and return the model."""
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for _ in range(epochs):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()
    return model


problem = Problem(
    title="Where a CNN helps and where it does not",
    statement=r"""
        The cell below has the two networks of the last problem, and `placed_edges(per_class, rng, first, last)`,
        which draws lines only at rows or columns `first` to `last` (of 0 to 15).

        **Another place.** Train each network on 40 pictures per class with lines at places 1 to 7, and test it on
        100 per class with lines at places 8 to 14.

        - `confusion_matrix`: a function of the arrays `actual` and `predicted` (classes 0, 1, …) and the number
          `classes`; entry $(a, b)$ of the result counts the pictures of class $a$ that were taken for class $b$.
        - `shift_confusions`: these matrices for your tests, as `{"cnn": ..., "mlp": ...}`, nested lists or arrays.
        - `cnn_takes_lines_for`, `mlp_takes_lines_for`: a line that the network gets wrong is mostly taken for what?
        - `shift_pattern`: why do the two matrices look like this?
        - `shift_reason`: why can the CNN do this task at all, and the MLP not?

        **Shuffled pixels.** Draw lines at places 6 to 9 with `noise=0.5`, 40 pictures per class to train and 100 to
        test, and move the pixels of all pictures around in one and the same random way.

        - `shuffle_pixels`: takes `images` of shape $(N, 1, H, W)$ and `order`, a permutation of $0, \dots, HW - 1$;
          pixel $q$ of each new picture (counted row by row) is pixel `order[q]` of the old one.
        - `shuffled_accuracy`: test accuracies after training on shuffled pictures (average over two seeds at
          least), as `{"cnn_5": ..., "cnn_16": ..., "mlp": ...}`; the number is the kernel's side.
        - `whole_picture_kernel`: a convolution whose kernel is as large as the picture is nothing else than what?
        - `shuffled_reason`: what do you observe, and what in its architecture makes the CNN worse here?
        - `larger_kernels`: does a larger kernel help? Why, or why not?
        - `shuffled_kernels`: how do kernels look that were trained on shuffled pictures? Why?
    """,
    answers={
        "confusion_matrix": Function(
            "confusion_matrix(actual, predicted, classes)", "Return counts, (classes, classes)."
        ),
        "shift_confusions": Run(),
        "cnn_takes_lines_for": Choice({"nothing": "nothing", "other": "a line in the other direction"}),
        "mlp_takes_lines_for": Choice({"nothing": "nothing", "other": "a line in the other direction"}),
        "shift_pattern": Text(
            {
                "cnn": RubricItem(1, "the CNN's responses are weaker near the border or in noise, so lines go unseen"),
                "mlp": RubricItem(
                    1, "the MLP has weights for places only: a new line crosses places it knows from others"
                ),
            }
        ),
        "shift_reason": Text(
            {
                "sharing": RubricItem(1, "the CNN uses the same kernel everywhere, so a line is found at any place"),
                "mlp": RubricItem(
                    1, "the MLP has separate weights for each pixel, and those of the new places saw no line"
                ),
            }
        ),
        "shuffle_pixels": Function("shuffle_pixels(images, order)", "Return the pictures with their pixels moved."),
        "shuffled_accuracy": Run(),
        "whole_picture_kernel": Choice(
            {
                "dense": "a fully connected layer",
                "average": "an average over the picture",
                "identity": "the identity",
            }
        ),
        "shuffled_reason": Text(
            {
                "neighbours": RubricItem(1, "neighbouring pixels are no longer related, so small kernels find nothing"),
                "mlp": RubricItem(1, "the MLP never used the neighbourhood, so shuffling changes nothing for it"),
            }
        ),
        "larger_kernels": Text(
            {
                "helps": RubricItem(1, "a larger kernel sees more pixels at once; at full size it is a dense layer"),
            }
        ),
        "shuffled_kernels": Text(
            {"noise": RubricItem(1, "they look like noise, since there is no local structure to find")}
        ),
    },
    source="seed 004, question 4 (d), (e)",
    setup=(
        "import numpy as np\nimport torch\nfrom torch import nn\n\n\n"
        + "\n\n".join(inspect.getsource(part) for part in (placed_edges, small_cnn, small_mlp, train_network))
    ),
)


@problem.check(points=1)
def confusions_counted(student, reference):
    """The confusion matrix counts actual classes in rows and predicted ones in columns."""
    generator = np.random.default_rng(0)
    for classes, count in ((2, 5), (3, 40), (5, 30)):
        actual, predicted = generator.integers(0, classes, (2, count))
        got, expected = (
            one(actual, predicted, classes) for one in (student.confusion_matrix, reference.confusion_matrix)
        )
        assert_close(got, expected, rtol=0, atol=0, case=f"{classes} classes, {count} pictures")


@problem.check(points=1)
def confusions_of_missing_classes(student, reference):
    """Classes that never occur have rows and columns of zeros."""
    actual, predicted = np.array([0, 0, 1]), np.array([1, 0, 1])
    got, expected = (one(actual, predicted, 4) for one in (student.confusion_matrix, reference.confusion_matrix))
    assert_close(got, expected, rtol=0, atol=0, case="4 classes of which 2 occur")


@problem.check(points=2, advisory=True)
def shifted_confusions(student, reference):
    """Both matrices count the test pictures; the CNN is mostly right, the MLP worse than chance on lines."""
    accuracies, lines = [], []
    for answers in (student, reference):
        reported = answers.shift_confusions
        assert_holds(isinstance(reported, dict) and {"cnn", "mlp"} <= set(reported), "cnn and mlp were expected")
        cnn, mlp = (matrix_of(reported[name], name) for name in ("cnn", "mlp"))
        accuracies.append(np.trace(cnn) / 300)
        lines.append((mlp[1, 1] + mlp[2, 2]) / 200)
    assert_close(accuracies[0], accuracies[1], rtol=0, atol=0.18, case="accuracy of the CNN at new places")
    assert_close(lines[0], lines[1], rtol=0, atol=0.2, case="share of lines that the MLP gets right at new places")


def matrix_of(value, name):
    """A reported confusion matrix of 100 pictures of each of three classes."""
    assert_shape(value, (3, 3), case=name)
    matrix = np.asarray(value, dtype=float)
    assert_equal(matrix.sum(axis=1).tolist(), [100.0] * 3, case=f"{name}: pictures in each row")
    assert_between(matrix, 0, 100, case=name)
    return matrix


@problem.check(points=1)
def what_the_cnn_misses(student, reference):
    """What the CNN takes a line for."""
    assert_choice(student.cnn_takes_lines_for, reference.cnn_takes_lines_for)


@problem.check(points=1)
def what_the_mlp_confuses(student, reference):
    """What the MLP takes a line for."""
    assert_choice(student.mlp_takes_lines_for, reference.mlp_takes_lines_for)


@problem.check(points=1)
def pixels_shuffled(student, reference):
    """Every picture is shuffled in the same given way, and keeps its shape."""
    generator = np.random.default_rng(0)
    for shape in ((2, 1, 4, 4), (3, 1, 2, 5)):
        images = torch.tensor(generator.normal(size=shape), dtype=torch.float32)
        order = torch.tensor(generator.permutation(shape[2] * shape[3]))
        got, expected = (one(images, order) for one in (student.shuffle_pixels, reference.shuffle_pixels))
        assert_close(got, expected, rtol=0, atol=0, case=f"images of shape {shape}")


@problem.check(points=2, advisory=True)
def shuffled_accuracies(student):
    """After shuffling the MLP is better than a CNN with small kernels, and large kernels close the gap."""
    reported = student.shuffled_accuracy
    names = ("cnn_5", "cnn_16", "mlp")
    assert_holds(isinstance(reported, dict) and set(names) <= set(reported), f"{', '.join(names)} were expected")
    for name in names:
        assert_shape(reported[name], (), case=name)
        assert_between(reported[name], 0.34, 1, case=name)
    assert_holds(reported["mlp"] >= reported["cnn_5"] + 0.05, "the MLP should be clearly better than small kernels")
    assert_holds(
        reported["cnn_16"] >= reported["cnn_5"] + 0.03,
        "a kernel of the size of the picture should do better than a small one",
    )


@problem.check(points=1)
def kernel_as_large_as_the_picture(student, reference):
    """What a convolution with a kernel of the size of the picture is."""
    assert_choice(student.whole_picture_kernel, reference.whole_picture_kernel)
