# %% blocks inside, and no hooks
def build_network(sizes):
    blocks = [
        nn.Sequential(nn.Linear(inputs, outputs), nn.LayerNorm(outputs), nn.ReLU())
        for inputs, outputs in zip(sizes[:-2], sizes[1:-1])
    ]
    return nn.Sequential(*blocks, nn.Linear(sizes[-2], sizes[-1]))


def count_activations(network, x):
    total = 0
    for layer in network:
        for part in layer if isinstance(layer, nn.Sequential) else [layer]:
            x = part(x)
            total += x.numel()
    return total


# %% from the state
def count_parameters(network):
    return int(sum(np.prod(value.shape) for value in network.state_dict().values()))


import numpy as np
