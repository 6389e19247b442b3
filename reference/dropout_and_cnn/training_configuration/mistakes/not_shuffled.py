"""The loader gives the examples in the order of the data set unless it is told to shuffle."""

from torch.utils.data import DataLoader, TensorDataset

loses = ("new_order_each_epoch",)


def one_epoch(images, labels, batch_size):
    loader = DataLoader(TensorDataset(images, labels), batch_size=batch_size)
    return [(part, wanted) for part, wanted in loader]
