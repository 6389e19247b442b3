"""Both kinds give the maximum here; does the network use what it is told?"""

import torch
from torch import nn

loses = ("pooled_features", "pooling_is_used")


def global_pool(features, kind):
    return features.amax(dim=(2, 3))


class PooledCNN(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.convolution = nn.Conv2d(1, 8, 5)
        self.head = nn.Linear(8, 5)

    def forward(self, images):
        return self.head(global_pool(torch.relu(self.convolution(images)), "max"))
