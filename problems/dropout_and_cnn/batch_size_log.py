"""Reading a training log: memory, accuracy and time for four batch sizes."""

import inspect

import numpy as np

from grader import Figure, Function, Number, Problem, RubricItem, Text
from grader.assertions import assert_close, assert_equal, assert_equivalent, assert_finite, assert_holds


def training_log():
    """Four trainings of ten epochs: batch size, second, epoch, memory in MiB and training accuracy in percent."""
    seconds = {
        4: (32, 75, 118, 160, 203, 246, 289, 332, 375, 418),
        16: (625, 654, 682, 709, 737, 765, 792, 820, 847, 875),
        64: (693, 719, 746, 773, 800, 827, 853, 884, 910, 937),
        256: (353, 379, 405, 430, 456, 482, 509, 535, 562, 588),
    }
    accuracies = {
        4: (26.0, 28.2, 33.8, 37.7, 41.3, 44.0, 43.9, 49.2, 49.5, 51.98),
        16: (28.9, 29.9, 36.1, 40.1, 47.8, 40.8, 47.1, 53.5, 59.4, 57.18),
        64: (25.3, 31.6, 38.0, 31.2, 38.3, 38.7, 53.6, 55.2, 55.9, 56.25),
        256: (10.7, 12.5, 31.6, 35.3, 26.2, 42.6, 34.6, 43.0, 46.4, 51.03),
    }
    memory = {4: 1624, 16: 1706, 64: 2738, 256: 8744}
    return [
        (batch, second, epoch, memory[batch], accuracy)
        for batch in memory
        for epoch, (second, accuracy) in enumerate(zip(seconds[batch], accuracies[batch], strict=True), start=1)
    ]


BATCHES = (4, 16, 64, 256)
AS_READ = "tolerance:rel=1e-9"
"""Numbers as they stand in the log, in any unit."""

problem = Problem(
    title="Batch size, memory and time",
    statement=r"""
        A network was trained for ten epochs with each of four batch sizes on a GPU with 15360 MiB. `training_log()`
        (in the cell below) returns one record for each epoch, written at its end: batch size, second on a clock
        (each training has a clock of its own), epoch, memory in MiB, training accuracy in percent. The duration of
        a training is the time from its first record to its last.

        - `memory_4`, `memory_16`, `memory_64`, `memory_256`: the memory in use, in MiB, for each batch size.
        - `largest_batch`: the largest batch size that was trained.
        - `memory_per_example`: by how many MiB does the memory grow with each further example, from batch size 64
          to 256?
        - `best_batch`: the batch size with the highest accuracy at the end.
        - `duration_4`, `duration_16`, `duration_64`, `duration_256`: the durations in seconds.
        - `fastest_batch`: the batch size that finished in the shortest time.
        - `summarise`: a function that takes a list of such records, in any order and for any batch sizes, and
          returns a list with one row `(batch, duration, last accuracy, memory)` for each batch size, smallest batch
          first; the last accuracy is that of the highest epoch, the memory the largest in its records.
        - `time_figure`: training accuracy against the time since the first record, one labelled line for each batch
          size.
        - `speed_reason`: why is that batch size the fastest, and why is the gain small?
    """,
    answers={
        **{f"memory_{batch}": Number(unit="MiB") for batch in BATCHES},
        "largest_batch": Number(),
        "memory_per_example": Number(unit="MiB"),
        "best_batch": Number(),
        **{f"duration_{batch}": Number(unit="s") for batch in BATCHES},
        "fastest_batch": Number(),
        "summarise": Function(
            "summarise(records)", "Return rows (batch, duration, last accuracy, memory) by batch size."
        ),
        "time_figure": Figure(),
        "speed_reason": Text(
            {
                "parallel": RubricItem(1, "a larger batch uses the GPU's parallel units better and needs fewer steps"),
                "saturated": RubricItem(1, "once the GPU is busy, more examples at once save little more time"),
            }
        ),
    },
    source="seed 004, question 5 (c)",
    setup="import numpy as np\nimport matplotlib.pyplot as plt\n\n\n" + inspect.getsource(training_log),
)


@problem.check(points=1)
def memory_of_each_batch(student, reference):
    """The memory for each batch size is read from the log."""
    for batch in BATCHES:
        name = f"memory_{batch}"
        assert_equivalent(getattr(student, name), getattr(reference, name), mode=AS_READ, case=f"batch size {batch}")


@problem.check(points=0.5)
def largest_that_fits(student, reference):
    """The largest batch size that was trained."""
    assert_equivalent(student.largest_batch, reference.largest_batch)


@problem.check(points=1)
def memory_of_one_example(student, reference):
    """The memory of one further example, to one decimal."""
    assert_equivalent(student.memory_per_example, reference.memory_per_example, mode="tolerance:rel=0.0016")


@problem.check(points=0.5)
def highest_accuracy(student, reference):
    """The batch size with the highest accuracy at the end."""
    assert_equivalent(student.best_batch, reference.best_batch)


@problem.check(points=0.5)
def duration_of_batch_4(student, reference):
    """The duration with batch size 4."""
    assert_equivalent(student.duration_4, reference.duration_4, mode=AS_READ)


@problem.check(points=0.5)
def duration_of_batch_16(student, reference):
    """The duration with batch size 16."""
    assert_equivalent(student.duration_16, reference.duration_16, mode=AS_READ)


@problem.check(points=0.5)
def duration_of_batch_64(student, reference):
    """The duration with batch size 64."""
    assert_equivalent(student.duration_64, reference.duration_64, mode=AS_READ)


@problem.check(points=0.5)
def duration_of_batch_256(student, reference):
    """The duration with batch size 256."""
    assert_equivalent(student.duration_256, reference.duration_256, mode=AS_READ)


@problem.check(points=1)
def shortest_time(student, reference):
    """The batch size that finished first."""
    assert_equivalent(student.fastest_batch, reference.fastest_batch)


@problem.check(points=1)
def rows_of_the_summary(student, reference):
    """The function has one row for each batch size, smallest first, with the right duration."""
    for seed in range(3):
        records = made_up(np.random.default_rng(seed))
        got, expected = (rows(summarise(records)) for summarise in (student.summarise, reference.summarise))
        assert_equal([row[0] for row in got], [row[0] for row in expected], case="batch sizes in order")
        assert_close([row[1] for row in got], [row[1] for row in expected], case="durations")


@problem.check(points=1, needs=(rows_of_the_summary,))
def rest_of_the_summary(student, reference):
    """Last accuracy and memory are right when records come in any order."""
    for seed in range(3):
        records = made_up(np.random.default_rng(seed + 10))
        got, expected = (rows(summarise(records)) for summarise in (student.summarise, reference.summarise))
        assert_close([row[2] for row in got], [row[2] for row in expected], case="accuracies at the end")
        assert_close([row[3] for row in got], [row[3] for row in expected], case="largest memory")


def made_up(rng):
    """Records of three trainings that never happened, in a random order."""
    records = []
    for batch in rng.permutation([2, 8, 100]):
        start = int(rng.integers(0, 1000))
        for epoch in range(1, int(rng.integers(4, 7))):
            start += int(rng.integers(5, 40))
            # Accuracies fall as often as they rise, and memory changes from epoch to epoch.
            records.append(
                (int(batch), start, epoch, int(rng.integers(100, 900)), float(np.round(90 * rng.random(), 2)))
            )
    return [records[place] for place in rng.permutation(len(records))]


def rows(summary):
    """The rows of a summary as tuples of four numbers."""
    assert_finite(summary, case="summary")
    assert_holds(np.ndim(summary) == 2 and np.shape(summary)[1] == 4, "rows of four numbers were expected")
    return [tuple(row) for row in np.asarray(summary, dtype=float).tolist()]


@problem.check(points=1, advisory=True)
def accuracy_against_time(student):
    """The figure has a labelled line for each batch size, with the time since its first record."""
    shown = student.time_figure.probe("figure")
    axes = [part for part in shown["axes"] if len(part["lines"]) >= 4]
    assert_holds(axes, "one pair of axes with four lines was expected")
    lines = axes[0]["lines"]
    assert_holds(len({line["label"] for line in lines} - {""}) >= 4, "each line needs a label of its own")
    for batch in BATCHES:
        records = sorted(record for record in training_log() if record[0] == batch)
        times = [record[1] - records[0][1] for record in records]
        accuracies = [record[4] for record in records]
        drawn = any(
            len(line["x"]) == len(times)
            and isinstance(line["x"], np.ndarray)
            and isinstance(line["y"], np.ndarray)
            and np.allclose(line["x"], times)
            and np.allclose(line["y"], accuracies)
            for line in lines
        )
        assert_holds(drawn, f"no line shows accuracy against time since the first record for batch size {batch}")
