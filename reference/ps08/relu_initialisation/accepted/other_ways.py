"""Other ways to draw the same weights."""


# %% scaled afterwards
def relu_init(d, n, rng):
    return rng.standard_normal((d, n)) * (2 / d) ** 0.5


# %% one output after the other
import math


def relu_init(d, n, rng):
    columns = [rng.normal(scale=math.sqrt(2 / d), size=d) for _ in range(n)]
    return np.stack(columns, axis=1)


# %% as a nested list
def relu_init(d, n, rng):
    return rng.normal(0, np.sqrt(2 / d), (d, n)).tolist()


# %% as a torch tensor
import torch


def relu_init(d, n, rng):
    return torch.from_numpy(rng.normal(0, np.sqrt(2 / d), (d, n)))
