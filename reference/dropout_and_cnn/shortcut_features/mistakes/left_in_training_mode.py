"""The network is returned in training mode, so it still drops inputs while it is tested."""

import torch
from torch import nn

loses = ("tests_without_dropping",)


def train_with_shortcut(x, y, rate, seed):
    torch.manual_seed(seed)
    network = nn.Sequential(nn.Dropout(rate), nn.Linear(x.shape[1], 64), nn.ReLU(), nn.Linear(64, 10))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    for _ in range(100):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(x), y).backward()
        optimizer.step()
    return network
