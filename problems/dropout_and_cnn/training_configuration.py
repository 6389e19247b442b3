"""Images into tensors, batches in a new order every epoch, and the loss for three classes."""

import numpy as np
import torch

from grader import Choice, Function, Number, Problem
from grader.assertions import (
    assert_choice,
    assert_close,
    assert_equal,
    assert_equivalent,
    assert_finite,
    assert_holds,
    assert_shape,
)

problem = Problem(
    title="Setting up the training",
    statement=r"""
        The next problems train small networks on grey pictures that show nothing, a horizontal line or a vertical
        line. First the parts around the network.

        - `class_count`: how many outputs does the last layer of the network need?
        - `to_tensor`: turns one picture, a numpy array of type `uint8` with values 0 to 255, into a float32 tensor
          with values 0 to 1 and the channels first: shape $(H, W)$ becomes $(1, H, W)$, and $(H, W, C)$ becomes
          $(C, H, W)$.
        - `one_epoch`: one pass over the training set with `torch.utils.data.DataLoader`. It takes tensors `images`
          and `labels` and a `batch_size`, and returns the list of its batches, each a tuple `(images, labels)`. The
          last batch may be smaller. Every call must give the examples in a new random order.
        - `needs_shuffling`: for which of the two sets does the order have to change from epoch to epoch?
        - `class_loss`: which loss fits outputs without a softmax and labels 0, 1, 2?
    """,
    answers={
        "class_count": Number(),
        "to_tensor": Function(
            "to_tensor(picture)", "Return a float32 tensor with channels first and values from 0 to 1."
        ),
        "one_epoch": Function(
            "one_epoch(images, labels, batch_size)", "Return the batches of one shuffled pass, as (images, labels)."
        ),
        "needs_shuffling": Choice({"training": "the training set", "validation": "the validation set"}, several=True),
        "class_loss": Choice(
            {
                "cross_entropy": "nn.CrossEntropyLoss on the outputs",
                "softmax_then_cross_entropy": "nn.CrossEntropyLoss on their softmax",
                "squared": "nn.MSELoss between outputs and labels",
                "binary": "nn.BCELoss on the outputs",
            }
        ),
    },
    source="seed 004, question 4 (notebook, set-up)",
    setup="import numpy as np\nimport torch\nfrom torch import nn\n",
)


def numbered(count):
    """Images that carry their own number in every pixel, with labels that follow from it."""
    numbers = torch.arange(count)
    return numbers.float()[:, None, None, None].expand(count, 1, 3, 3).contiguous(), numbers * 7 % 3


def batches_of(one_epoch, images, labels, batch_size):
    """The batches that a submission returns, each a pair of arrays."""
    batches = one_epoch(images, labels, batch_size)
    pairs = isinstance(batches, list | tuple) and all(
        isinstance(part, list | tuple) and len(part) == 2 for part in batches
    )
    assert_holds(pairs, "a list of pairs (images, labels) was expected")
    for place, (some, their) in enumerate(batches):
        assert_finite(their, case=f"labels of batch {place}")
        assert_shape(some, (np.size(their), *images.shape[1:]), case=f"images of batch {place}")
        assert_finite(some, case=f"images of batch {place}")
    return batches


def order_of(batches):
    """The numbers of the images in the order in which they came."""
    return [int(value) for images, _ in batches for value in np.asarray(images)[:, 0, 0, 0]]


@problem.check(points=1)
def outputs_of_the_network(student, reference):
    """The number of classes."""
    assert_equivalent(student.class_count, reference.class_count)


@problem.check(points=1)
def grey_pictures(student, reference):
    """A grey picture becomes a float32 tensor with one channel and values from 0 to 1."""
    generator = np.random.default_rng(0)
    for shape in ((2, 3), (5, 4)):
        picture = generator.integers(0, 256, shape, dtype=np.uint8)
        picture[0, :2] = (0, 255)
        got, expected = student.to_tensor(picture), reference.to_tensor(picture)
        assert_close(got, expected, rtol=1e-6, case=f"a picture of {shape[0]} by {shape[1]}")
        kind = str(np.asarray(got).dtype)
        assert_equal(kind, str(np.asarray(expected).dtype), case="type of the numbers")
        # A tensor arrives here as an array; the reply still says what it was.
        forms = [type(one.observe(picture).value) for one in (student.to_tensor, reference.to_tensor)]
        assert_holds(forms[0] is forms[1], f"a torch tensor was expected, got a {forms[0].__name__}")


@problem.check(points=1)
def colour_pictures(student, reference):
    """In a colour picture the channels move to the front."""
    picture = np.random.default_rng(1).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    assert_close(student.to_tensor(picture), reference.to_tensor(picture), rtol=1e-6, case="a picture of 4 by 5 by 3")


@problem.check(points=1)
def every_example_once(student, reference):
    """One epoch has every example exactly once, in batches of the right size."""
    for count, batch_size in ((12, 4), (13, 5), (9, 16)):
        images, labels = numbered(count)
        got, expected = (
            batches_of(one, images, labels, batch_size) for one in (student.one_epoch, reference.one_epoch)
        )
        case = f"{count} examples in batches of {batch_size}"
        assert_equal([len(part) for part, _ in got], [len(part) for part, _ in expected], case=f"{case}, their sizes")
        different, wanted = (len(set(order_of(batches))) for batches in (got, expected))
        assert_equal(different, wanted, case=f"{case}, how many different ones")


@problem.check(points=1, needs=(every_example_once,))
def labels_stay_with_their_images(student):
    """An image keeps its own label when the order changes."""
    images, labels = numbered(20)
    batches = batches_of(student.one_epoch, images, labels, 6)
    found = [int(label) for _, part in batches for label in np.asarray(part).ravel()]
    wanted = [int(labels[number]) for number in order_of(batches)]
    assert_equal(found, wanted, case="labels in the order of their images")


@problem.check(points=1, needs=(every_example_once,))
def new_order_each_epoch(student, reference):
    """The order is random and differs from one epoch to the next."""
    images, labels = numbered(60)
    shuffled = []
    for one_epoch in (student.one_epoch, reference.one_epoch):
        # Two sizes, since the same question is not asked twice.
        first, second = (order_of(batches_of(one_epoch, images, labels, size)) for size in (7, 8))
        shuffled.append((first != sorted(first), first != second))
    (random, renewed), (expected_random, expected_renewed) = shuffled
    assert_holds(random == expected_random, "the examples came in the order of the data set")
    assert_holds(renewed == expected_renewed, "two epochs had the same order")


@problem.check(points=1)
def where_order_matters(student, reference):
    """Which set has to be shuffled."""
    assert_choice(student.needs_shuffling, reference.needs_shuffling)


@problem.check(points=1)
def loss_that_fits(student, reference):
    """Which loss fits the outputs and the labels."""
    assert_choice(student.class_loss, reference.class_loss)
