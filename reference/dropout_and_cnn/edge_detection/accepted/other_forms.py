# %% modules of one's own, in another order
import torch
from torch import nn


class Convolutional(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(6, 3)
        self.convolution = nn.Conv2d(1, 6, kernel_size=5)

    def forward(self, images):
        features = torch.relu(self.convolution(images))
        return self.head(features.flatten(2).max(dim=2).values)


class Connected(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(16 * 16, 64), nn.Linear(64, 3)

    def forward(self, images):
        return self.second(torch.relu(self.first(images.reshape(len(images), -1))))


def train_classifier(kind, images, labels, seed):
    torch.manual_seed(seed)
    network = {"cnn": Convolutional, "mlp": Connected}[kind]()
    fit(network, images, labels)
    network.eval()
    return network


# %% other ways to report
import matplotlib.pyplot as plt
import numpy as np

sweep = {name: np.array(values) for name, values in sweep.items()}
accuracy_figure, axes = plt.subplots()
axes.set(xlabel="n", ylabel="accuracy")
axes.plot(sweep["per_class"], sweep["mlp"], "s--")
axes.plot(sweep["per_class"], sweep["cnn"], "o-")
axes.legend(["MLP", "CNN"])

# %% percent and lists
cnn_accuracy = 0.92
epochs_tried = (100, 200, 300, 400)
cnn_images = 10
mlp_images = 80
