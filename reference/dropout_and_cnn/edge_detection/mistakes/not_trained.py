"""The network was built, but never trained."""

import torch
from torch import nn

loses = ("cnn_sees_edges", "mlp_needs_more")


def train_classifier(kind, images, labels, seed):
    torch.manual_seed(seed)
    if kind == "mlp":
        return nn.Sequential(nn.Flatten(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 3))
    return nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(6, 3))
