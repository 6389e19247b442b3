"""Entries are dropped in evaluation too; chance belongs to training only."""

loses = ("evaluates_unchanged",)


def dropout(x, p, rng, training=True, corrected=True):
    mask = rng.random(x.shape) >= p
    return x * mask / (1 - p if corrected else 1), mask
