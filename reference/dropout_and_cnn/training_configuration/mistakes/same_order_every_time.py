"""A fixed seed inside the function gives the same order in every epoch."""

import torch
from torch.utils.data import DataLoader, TensorDataset

loses = ("new_order_each_epoch",)


def one_epoch(images, labels, batch_size):
    order = torch.Generator().manual_seed(0)
    loader = DataLoader(TensorDataset(images, labels), batch_size=batch_size, shuffle=True, generator=order)
    return [(part, wanted) for part, wanted in loader]
