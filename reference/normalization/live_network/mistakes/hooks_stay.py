"""The hooks stay on the network, so a second call counts every output once more; remove them after the pass."""

loses = ("counts_again",)

counted = []


def count_activations(network, x):
    counted.clear()
    for layer in network:
        layer.register_forward_hook(lambda module, given, result: counted.append(result.numel()))
    network(x)
    return sum(counted)
