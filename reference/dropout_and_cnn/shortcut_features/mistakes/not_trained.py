"""The network guesses: it was built and returned, but not trained."""

import torch
from torch import nn

loses = ("learns_the_shortcut", "dropout_learns_the_measurements")


def train_with_shortcut(x, y, rate, seed):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Dropout(rate), nn.Linear(x.shape[1], 64), nn.ReLU(), nn.Linear(64, 10)).eval()
