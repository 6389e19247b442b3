"""Images and labels are put into a new order separately, so they no longer belong together."""

import torch

loses = ("labels_stay_with_their_images",)


def one_epoch(images, labels, batch_size):
    images = images[torch.randperm(len(images))]
    labels = labels[torch.randperm(len(labels))]
    return list(zip(images.split(batch_size), labels.split(batch_size)))
