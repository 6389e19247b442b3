"""60,192,808 - 2049 * 1000 + 2049 * 10 parameters of 4 bytes; the context is what is in use beside them; states 0, P, 2P."""

import torch
from sympy import Eq, symbols
from torch import nn

P, A, b, S, M, D = symbols("P A b S M D", positive=True)

resnet_parameters = 60_192_808 - 2049 * 1000 + 2049 * 10
model_megabytes = "232.657192 MB"
gpu_name = "Tesla T4"
gpu_total = "15360 MiB"
context_overhead = "592.12 MiB"
context_overhead_mixed = "581.34 MiB"
sgd_memory = 2 * P + b * A
momentum_memory = 3 * P + b * A
adam_memory = 4 * P + b * A
state_relation = Eq(S + D, 2 * M)


LEARNING_RATE, MOMENTUM, STEPS = 0.001, 0.9, 3


def make_optimiser(kind, parameters):
    if kind == "adam":
        return torch.optim.Adam(parameters, lr=LEARNING_RATE)
    return torch.optim.SGD(parameters, lr=LEARNING_RATE, momentum=MOMENTUM if kind == "momentum" else 0)


# survives: comparison value.dim() > 0 -> value.dim() >= 0: counts the steps too, four bytes for each parameter tensor
def held_by(optimiser):
    tensors = [value for state in optimiser.state.values() for value in state.values() if torch.is_tensor(value)]
    return sum(value.numel() * value.element_size() for value in tensors if value.dim() > 0)


def state_bytes(kind, shapes):
    parameters = [nn.Parameter(torch.zeros(shape)) for shape in shapes]
    optimiser = make_optimiser(kind, parameters)
    for parameter in parameters:
        parameter.grad = torch.ones_like(parameter)
    optimiser.step()
    return held_by(optimiser)


# survives: result return torch.cuda.max_memory_allocated() -> return None: asked on a machine with a GPU only
# survives: constant 32 -> 33: pictures one pixel larger lie within the allowance of the estimate
def peak_bytes(optimiser, batch_size, device):
    network = memory_network().to(device)
    stepper = make_optimiser(optimiser, network.parameters())
    images = torch.randn(batch_size, 3, 32, 32, device=device)
    labels = torch.randint(10, (batch_size,), device=device)
    own = {parameter.untyped_storage().data_ptr() for parameter in network.parameters()}
    saved = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    for _ in range(STEPS):
        saved.clear()
        if device == "cuda":
            torch.cuda.reset_peak_memory_stats()
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
            loss = nn.functional.cross_entropy(network(images), labels)
            activations = sum(saved.values())
            loss.backward()
        stepper.step()
    if device == "cuda":
        return torch.cuda.max_memory_allocated()
    parameters = sum(parameter.numel() * parameter.element_size() for parameter in network.parameters())
    return 2 * parameters + held_by(stepper) + activations


optimiser_memory = {kind: peak_bytes(kind, 32, "cpu") / 1e6 for kind in ("sgd", "momentum", "adam")}
most_memory = "adam"
adam_memory_reason = (
    "Adam keeps two running averages for each parameter, of the gradients and of their squares; momentum keeps one and "
    "plain SGD none."
)


def proof():
    """ResNet-152 counted block by block: bottlenecks of 1x1, 3x3 and 1x1 convolutions with batch norm, and a head."""

    def convolution(inputs, outputs, kernel):
        return inputs * outputs * kernel**2 + 2 * outputs

    total, width = convolution(3, 64, 7), 64
    for blocks, inner in ((3, 64), (8, 128), (36, 256), (3, 512)):
        total += convolution(width, 4 * inner, 1)
        for _ in range(blocks):
            total += convolution(width, inner, 1) + convolution(inner, inner, 3) + convolution(inner, 4 * inner, 1)
            width = 4 * inner
    if total + 2049 * 1000 != 60_192_808:
        raise AssertionError(f"counted {total + 2049 * 1000} parameters with 1000 outputs")
    bytes_of_model = 4 * (total + 2049 * 10)
    if abs(814 - bytes_of_model / 2**20 - 592.12) > 0.01 or abs(814 - bytes_of_model / 1e6 - 581.34) > 0.01:
        raise AssertionError(f"the overhead is {814 - bytes_of_model / 2**20} MiB")
    return {"resnet_parameters": total + 2049 * 10, "model_megabytes": f"{bytes_of_model / 1e6:.6f} MB"}
