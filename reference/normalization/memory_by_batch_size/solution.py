"""Activations grow with the batch, parameters do not; the crossover is the first n with 2960 n > 90500."""

from fractions import Fraction
from math import floor

larger_at_four = "parameters"
crossover_batch = floor(Fraction(90500, 2960)) + 1
larger_in_general = "depends"
memory_reason = (
    "The parameters do not depend on the batch. The activations grow in proportion to its size, "
    "so they overtake the parameters once the batch is large enough, and need not before."
)


def proof():
    """Counting up from one example."""
    batch = 1
    while 2960 * batch <= 90500:
        batch += 1
    assert (larger_at_four == "activations") == (batch <= 4)
    return {"crossover_batch": batch}
