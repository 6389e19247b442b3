"""Dropout on the hidden units leaves the shortcut in every input; put it where it can remove the shortcut."""

import torch
from torch import nn

loses = ("dropout_learns_the_measurements",)


def train_with_shortcut(x, y, rate, seed):
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Linear(x.shape[1], 64), nn.ReLU(), nn.Dropout(rate), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(100):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(x), y).backward()
        optimizer.step()
    return network.eval()
