"""Batch statistics and running statistics in training, running statistics alone in evaluation."""

import numpy as np
import torch


class BatchNorm:
    def __init__(self, gamma, beta, eps=1e-5, momentum=0.1):
        # survives: call left out np.array(gamma) -> gamma: the checks give arrays, and nothing here changes them in place
        self.gamma, self.beta = np.array(gamma), np.array(beta)
        self.eps, self.momentum = eps, momentum
        self.running_mean = np.zeros_like(self.gamma)
        self.running_var = np.ones_like(self.gamma)
        self.train()

    def train(self):
        self.training = True

    def eval(self):
        self.training = False

    def forward(self, x):
        mean, variance = self.running_mean, self.running_var
        if self.training:
            if len(x) == 1:
                raise ValueError("training needs a batch of more than one example")
            mean, variance = x.mean(axis=0), x.var(axis=0)
            self.running_mean = self.running_mean + self.momentum * (mean - self.running_mean)
            self.running_var = self.running_var + self.momentum * (x.var(axis=0, ddof=1) - self.running_var)
        self.deviation = np.sqrt(variance + self.eps)
        self.normalised = (x - mean) / self.deviation
        self.ran_in_training = self.training
        return self.normalised * self.gamma + self.beta

    def backward(self, dy):
        slope = dy * self.gamma
        dgamma, dbeta = (dy * self.normalised).sum(axis=0), dy.sum(axis=0)
        if self.ran_in_training:
            slope = slope - slope.mean(axis=0) - self.normalised * (slope * self.normalised).mean(axis=0)
        return slope / self.deviation, dgamma, dbeta


def proof():
    """Against PyTorch's layer: three batches in training, then evaluation, with gradients in both modes."""
    rng = np.random.default_rng(5)
    gamma, beta = rng.normal(size=3), rng.normal(size=3)
    layer, other = BatchNorm(gamma, beta), torch.nn.BatchNorm1d(3, dtype=torch.float64)
    other.load_state_dict({**other.state_dict(), "weight": torch.tensor(gamma), "bias": torch.tensor(beta)})
    for step in range(4):
        if step == 3:
            layer.eval()
            other.eval()
        x, dy = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
        leaf = torch.tensor(x, requires_grad=True)
        output = other(leaf)
        other.zero_grad()
        output.backward(torch.tensor(dy))
        assert np.allclose(layer.forward(x), output.detach().numpy())
        wanted = (leaf.grad, other.weight.grad, other.bias.grad)
        assert all(np.allclose(got, value.numpy()) for got, value in zip(layer.backward(dy), wanted, strict=True))
        assert np.allclose(layer.running_mean, other.running_mean.numpy())
        assert np.allclose(layer.running_var, other.running_var.numpy())
