"""Three classes; pixels divided by 255; a DataLoader that shuffles; cross entropy on the outputs themselves."""

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

class_count = 3


def to_tensor(picture):
    channels = picture[:, :, None] if picture.ndim == 2 else picture
    return torch.tensor(channels.transpose(2, 0, 1).astype(np.float32) / 255)


def one_epoch(images, labels, batch_size):
    loader = DataLoader(TensorDataset(images, labels), batch_size=batch_size, shuffle=True)
    return [(part, wanted) for part, wanted in loader]


needs_shuffling = {"training"}
class_loss = "cross_entropy"
