"""The fully connected network has no hidden layer here; compare the number of its parameters with the description."""

import torch
from torch import nn

loses = ("networks_have_the_layers",)


def train_classifier(kind, images, labels, seed):
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Flatten(), nn.Linear(256, 3))
    if kind == "cnn":
        network = nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(6, 3))
    fit(network, images, labels)
    return network
