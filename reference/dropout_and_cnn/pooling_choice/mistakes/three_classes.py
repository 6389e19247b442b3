"""There are five classes now; how many scores does the last layer give?"""

import torch
from torch import nn

loses = ("network_as_described",)


class PooledCNN(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        self.convolution = nn.Conv2d(1, 8, 5)
        self.head = nn.Linear(8, 3)

    def forward(self, images):
        return self.head(global_pool(torch.relu(self.convolution(images)), self.kind))
