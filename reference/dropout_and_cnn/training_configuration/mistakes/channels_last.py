"""Convolutions in PyTorch expect the channels before height and width."""

import numpy as np
import torch

loses = ("grey_pictures", "colour_pictures")


def to_tensor(picture):
    channels = picture[:, :, None] if picture.ndim == 2 else picture
    return torch.tensor(channels.astype(np.float32) / 255)
