"""The scores depend on where a line is: does something in the network know the position?"""

import torch
from torch import nn

loses = ("cnn_ignores_the_place", "networks_have_the_layers")


class WithPlace(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(1, 6, 5)
        self.place = nn.Parameter(0.1 * torch.randn(6, 12, 12))
        self.head = nn.Linear(6, 3)

    def forward(self, images):
        return self.head(torch.relu(self.convolution(images) + self.place).amax(dim=(2, 3)))


def train_classifier(kind, images, labels, seed):
    torch.manual_seed(seed)
    network = WithPlace()
    if kind == "mlp":
        network = nn.Sequential(nn.Flatten(), nn.Linear(256, 64), nn.ReLU(), nn.Linear(64, 3))
    fit(network, images, labels)
    return network
