"""Without anything between them, all layers together are one linear map."""

from torch import nn

loses = ("computes_the_network",)


class MLP(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        self.network = nn.Sequential(*[nn.Linear(width, width, bias=False) for _ in range(layers)])

    def forward(self, x):
        return self.network(x)
