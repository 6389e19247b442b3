"""A shortcut in the training data: what dropout does to a classifier that could cheat."""

import inspect

import numpy as np
import torch

from grader import Choice, Function, Problem, RubricItem, Run, Text
from grader.assertions import assert_between, assert_choice, assert_close, assert_equal, assert_holds, assert_shape


def shortcut_data(per_class, rng, with_shortcut):
    """Ten classes: 64 faint measurements, then 10 inputs that give the class away (or are zero)."""
    prototypes = np.random.default_rng(7).normal(size=(10, 64))
    labels = np.repeat(np.arange(10), per_class)
    measured = 0.01 * (prototypes[labels] + 2.0 * rng.normal(size=(len(labels), 64)))
    shortcut = 10.0 * np.eye(10)[labels] * with_shortcut
    return np.hstack([measured, shortcut]).astype(np.float32), labels


problem = Problem(
    title="Dropout against a shortcut",
    statement=r"""
        `shortcut_data(per_class, rng, with_shortcut)` (in the cell below) makes a data set with ten classes. An input
        has 64 faint, noisy measurements that really depend on the class, and 10 further entries. With the shortcut,
        one of these 10 entries simply names the class; without it they are all zero. A classifier is trained on data
        with the shortcut, and tested on fresh data with it ("cheating") and without it ("clean").

        - `train_with_shortcut`: build a network with one hidden layer and dropout of rate `rate` **on its inputs**,
          train it on the tensors given with cross entropy and Adam at learning rate 0.01, 100 steps on all examples
          at once, and return it in evaluation mode. Call `torch.manual_seed(seed)` first. 64 hidden units are
          enough.
        - `shortcut_accuracy`: what you measured, as a dictionary with four numbers between 0 and 1: the keys are
          `plain_cheating`, `plain_clean` (rate 0), `dropout_cheating`, `dropout_clean` (rate 0.5 or more).
        - `larger_gap`: which of the two networks loses more accuracy when the shortcut is taken away?
        - `shortcut_reason`: explain the four numbers.
    """,
    answers={
        "train_with_shortcut": Function(
            "train_with_shortcut(x, y, rate, seed)",
            "Return a trained network in evaluation mode; x is a float tensor (n, 74), y holds the classes.",
        ),
        "shortcut_accuracy": Run(),
        "larger_gap": Choice({"plain": "the one without dropout", "dropout": "the one with dropout"}),
        "shortcut_reason": Text(
            {
                "relies": RubricItem(1, "without dropout the network relies on the entries that name the class"),
                "forced": RubricItem(
                    1, "dropout removes the shortcut at random, so other inputs have to be learned too"
                ),
            }
        ),
    },
    source="seed 004, question 1 (i)",
    setup="import numpy as np\nimport torch\nfrom torch import nn\n\n\n" + inspect.getsource(shortcut_data),
    seconds=30,
)


def trained(train, x, y, rate):
    """The network that a submission trains."""
    network = train(x, y, rate, 0)
    assert_holds(callable(network), f"a network was expected, got {network!r}")
    return network


def accuracies(train, rate):
    """Accuracy on fresh data with and without the shortcut, judged here from the class scores."""
    x, y = shortcut_data(50, np.random.default_rng(0), with_shortcut=True)
    network = trained(train, torch.tensor(x), torch.tensor(y), rate)
    found = []
    for seed, with_shortcut in ((1, True), (2, False)):
        x, y = shortcut_data(50, np.random.default_rng(seed), with_shortcut=with_shortcut)
        scores = network(torch.tensor(x))
        assert_shape(scores, (500, 10), case="scores of 500 examples")
        found.append(float(np.mean(np.asarray(scores).argmax(axis=1) == y)))
    return found


@problem.check(points=1)
def learns_the_shortcut(student, reference):
    """Without dropout the network is nearly perfect as long as the shortcut is there."""
    cheating, _ = accuracies(student.train_with_shortcut, 0.0)
    expected, _ = accuracies(reference.train_with_shortcut, 0.0)
    assert_close(cheating, expected, rtol=0, atol=0.1, case="accuracy on fresh data with the shortcut, rate 0")


@problem.check(points=1)
def tests_without_dropping(student, reference):
    """The network that is returned drops nothing any more: it gives the same scores twice."""
    x, y = (torch.tensor(part) for part in shortcut_data(5, np.random.default_rng(0), with_shortcut=True))
    same = []
    for train in (student.train_with_shortcut, reference.train_with_shortcut):
        network = trained(train, x, y, 0.8)
        same.append(bool(np.array_equal(network(x), network(x))))
    assert_equal(same[0], same[1], case="the same scores when it is asked twice")


@problem.check(points=2, needs=(tests_without_dropping,))
def dropout_learns_the_measurements(student, reference):
    """With dropout the network does clearly better on clean data than without."""
    gains = []
    for train in (student.train_with_shortcut, reference.train_with_shortcut):
        cheating, clean = accuracies(train, 0.5)
        _, plain = accuracies(train, 0.0)
        gains.append((cheating, clean, clean - plain))
    names = ("accuracy with the shortcut", "accuracy on clean data", "gain on clean data")
    # Wide bands: initial weights and the number of hidden units move the gain by up to 0.2.
    for name, got, expected, band in zip(names, *gains, (0.1, 0.2, 0.4), strict=True):
        assert_close(got, expected, rtol=0, atol=band, case=f"{name}, rate 0.5")


@problem.check(points=1, advisory=True)
def reported_numbers(student):
    """The four accuracies that were reported fit together."""
    reported = student.shortcut_accuracy
    names = ("plain_cheating", "plain_clean", "dropout_cheating", "dropout_clean")
    assert_holds(isinstance(reported, dict), f"a dictionary was expected, got a {type(reported).__name__}")
    missing = [name for name in names if name not in reported]
    assert_holds(not missing, f"missing in the dictionary: {', '.join(missing)}")
    for name in names:
        assert_shape(reported[name], (), case=name)
        assert_between(reported[name], 0, 1, case=name)
    assert_between(reported["plain_cheating"], 0.97, 1, case="plain_cheating")
    assert_between(reported["dropout_cheating"], 0.7, 1, case="dropout_cheating")
    assert_holds(
        reported["plain_clean"] + 0.3 <= reported["plain_cheating"],
        "without dropout the accuracy should fall by a lot when the shortcut is taken away",
    )
    assert_holds(
        reported["plain_clean"] + 0.05 <= reported["dropout_clean"],
        "on clean data the network with dropout should be clearly better",
    )


@problem.check(points=1)
def which_relies_more(student, reference):
    """Which network loses more without the shortcut."""
    assert_choice(student.larger_gap, reference.larger_gap)
