"""The scores before normalisation are the logits; softmax makes them positive and sum to 1."""

import torch

logits_are = "z10"
logits_to_probabilities = "softmax"


def proof():
    """PyTorch's loss takes these scores, and of the functions on offer only softmax gives its probabilities."""
    scores, label = torch.tensor([[2.0, -1.0, 0.5]]), torch.tensor([2])
    loss = torch.nn.functional.cross_entropy(scores, label)
    functions = {"softmax": lambda z: z.softmax(1), "sigmoid": torch.sigmoid, "relu": torch.relu}
    right = [name for name, function in functions.items() if torch.allclose(-torch.log(function(scores)[0, 2]), loss)]
    assert right == [logits_to_probabilities]
