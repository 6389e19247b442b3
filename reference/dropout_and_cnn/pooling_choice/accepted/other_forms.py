# %% by torch's own layers
import torch
from torch import nn


def global_pool(features, kind):
    pool = torch.nn.functional.adaptive_max_pool2d if kind == "max" else torch.nn.functional.adaptive_avg_pool2d
    return pool(features, 1)[:, :, 0, 0]


def PooledCNN(kind):
    pool = nn.AdaptiveMaxPool2d(1) if kind == "max" else nn.AdaptiveAvgPool2d((1, 1))
    return nn.Sequential(nn.Conv2d(1, 8, (5, 5)), nn.ReLU(), pool, nn.Flatten(), nn.Linear(8, 5))


# %% arrays in the report
import numpy as np

pooled_accuracy = {name: np.array(values) for name, values in pooled_accuracy.items()}
