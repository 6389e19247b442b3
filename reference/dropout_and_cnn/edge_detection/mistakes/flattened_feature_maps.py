"""This network flattens its feature maps, so its last layer has separate weights for each place; pool over all positions
instead."""

import torch
from torch import nn

loses = ("cnn_sees_edges", "networks_have_the_layers")


def train_classifier(kind, images, labels, seed):
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.Flatten(), nn.Linear(864, 3))
    if kind == "mlp":
        network = nn.Sequential(nn.Flatten(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 3))
    fit(network, images, labels)
    return network
