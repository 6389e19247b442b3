"""This puts old pixel q where order[q] says; the question wants new pixel q to be old pixel order[q]."""

import torch

loses = ("pixels_shuffled",)


def shuffle_pixels(images, order):
    return images.flatten(1)[:, torch.argsort(order)].reshape(images.shape)
