"""Rows stand for the actual class and columns for the predicted one."""

import numpy as np

loses = ("confusions_counted", "confusions_of_missing_classes")


def confusion_matrix(actual, predicted, classes):
    counts = np.zeros((classes, classes), dtype=int)
    for row, column in zip(predicted, actual, strict=True):
        counts[row, column] += 1
    return counts
