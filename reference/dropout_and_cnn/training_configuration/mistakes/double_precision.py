"""Dividing integers by a number gives 64-bit floats; the network's parameters have 32 bits."""

import torch

loses = ("grey_pictures",)


def to_tensor(picture):
    channels = picture[:, :, None] if picture.ndim == 2 else picture
    return torch.tensor(channels.transpose(2, 0, 1) / 255)
