"""The values still go up to 255; networks train better on values of about 1."""

import numpy as np
import torch

loses = ("grey_pictures", "colour_pictures")


def to_tensor(picture):
    channels = picture[:, :, None] if picture.ndim == 2 else picture
    return torch.tensor(channels.transpose(2, 0, 1).astype(np.float32))
