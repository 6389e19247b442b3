# %% without a transpose
import numpy as np
import torch

class_count = "3"


def to_tensor(picture):
    pixels = torch.from_numpy(np.ascontiguousarray(picture)).float() / 255
    return pixels[None] if pixels.ndim == 2 else pixels.permute(2, 0, 1).contiguous()


# %% a permutation by hand
import torch


def one_epoch(images, labels, batch_size):
    order = torch.randperm(len(images))
    return [(images[part], labels[part]) for part in order.split(batch_size)]


# %% options in other words
needs_shuffling = "the training set"
class_loss = "nn.CrossEntropyLoss on the outputs"
