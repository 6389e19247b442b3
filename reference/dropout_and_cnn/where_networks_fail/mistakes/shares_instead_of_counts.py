"""These are shares of each class; the matrix counts pictures, and a class may have none."""

import numpy as np

loses = ("confusions_counted", "confusions_of_missing_classes")


def confusion_matrix(actual, predicted, classes):
    counts = np.zeros((classes, classes))
    for row, column in zip(actual, predicted, strict=True):
        counts[row, column] += 1
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
