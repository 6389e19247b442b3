"""Redundant gradients speak for small batches, a big machine and uncorrelated gradients for large ones."""

small_machine_early = "small"
small_machine_late = "medium"
big_machine_early = "medium"
big_machine_late = "large"
batch_size_reason = (
    "Correlated gradients make a larger batch a waste; later it averages noise away, "
    "and a big machine computes a large batch at hardly any extra time."
)
