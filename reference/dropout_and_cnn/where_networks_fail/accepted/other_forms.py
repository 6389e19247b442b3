# %% with numpy
import numpy as np
import torch


def confusion_matrix(actual, predicted, classes):
    return np.bincount(classes * np.asarray(actual) + predicted, minlength=classes**2).reshape(classes, classes)


def shuffle_pixels(images, order):
    height, width = images.shape[2:]
    rows, columns = torch.div(order, width, rounding_mode="floor"), order % width
    return images[:, :, rows, columns].reshape(-1, 1, height, width)


# %% arrays in the reports
import numpy as np

shift_confusions = {name: np.array(counts) for name, counts in shift_confusions.items()}
shuffled_accuracy = {name: np.float64(value) for name, value in shuffled_accuracy.items()}
