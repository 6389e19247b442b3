"""The last layer has no ReLU after it, so that outputs can be negative."""

from torch import nn

loses = ("computes_the_network",)


class MLP(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        parts = []
        for _ in range(layers):
            parts += [nn.Linear(width, width, bias=False), nn.ReLU()]
        self.network = nn.Sequential(*parts)

    def forward(self, x):
        return self.network(x)
