"""A kernel is the same at every place, weights of an MLP are not; shuffled pixels have no neighbourhood to use."""

import numpy as np
import torch


def confusion_matrix(actual, predicted, classes):
    counts = np.zeros((classes, classes), dtype=int)
    for row, column in zip(actual, predicted):
        counts[row, column] += 1
    return counts


def predictions(network, images):
    with torch.no_grad():
        return network(images).argmax(1).numpy()


shift_confusions = {}
torch.manual_seed(0)
images, labels = placed_edges(40, np.random.default_rng(0), 1, 7)
tests, answers = placed_edges(100, np.random.default_rng(50), 8, 14)
for name, network in (("cnn", small_cnn()), ("mlp", small_mlp())):
    train_network(network, images, labels)
    shift_confusions[name] = confusion_matrix(answers.numpy(), predictions(network, tests), 3).tolist()

cnn_takes_lines_for = "nothing"
mlp_takes_lines_for = "other"
shift_pattern = (
    "The CNN's response to a line in noise can be too weak, so some lines go unseen. The MLP has weights for places only: "
    "a new line crosses the places that it knows from lines in the other direction."
)
shift_reason = (
    "The CNN uses one kernel everywhere and takes the maximum, so a line is found at any place. The MLP has separate weights "
    "for each pixel, and those of the new places never saw a line."
)


def shuffle_pixels(images, order):
    return images.flatten(1)[:, order].reshape(images.shape)


shuffled_accuracy = {"cnn_5": 0.0, "cnn_16": 0.0, "mlp": 0.0}
order = torch.tensor(np.random.default_rng(5).permutation(256))
for seed in range(2):
    torch.manual_seed(seed)
    images, labels = placed_edges(40, np.random.default_rng(seed), 6, 9, noise=0.5)
    tests, answers = placed_edges(100, np.random.default_rng(50 + seed), 6, 9, noise=0.5)
    for name, network in (("cnn_5", small_cnn(5)), ("cnn_16", small_cnn(16)), ("mlp", small_mlp())):
        train_network(network, shuffle_pixels(images, order), labels)
        right = predictions(network, shuffle_pixels(tests, order)) == answers.numpy()
        shuffled_accuracy[name] += float(right.mean()) / 2

whole_picture_kernel = "dense"
shuffled_reason = (
    "The CNN with small kernels is worse than the MLP: neighbouring pixels are no longer related, so small kernels find "
    "nothing, while the MLP never used the neighbourhood."
)
larger_kernels = (
    "It helps: a larger kernel sees more pixels at once, and at full size it is a dense layer like the MLP's."
)
shuffled_kernels = "They look like noise, like untrained ones, since there is no local structure to find."
