"""Before the optimiser can step, a gradient of every parameter has to be stored."""

from sympy import symbols

loses = ("memory_of_plain_sgd", "memory_of_states", "estimate_of_the_peak")

P, A, b = symbols("P A b", positive=True)
sgd_memory = P + b * A
momentum_memory = 2 * P + b * A
adam_memory = 3 * P + b * A
complete_peak = peak_bytes


def peak_bytes(optimiser, batch_size, device):
    parameters = 4 * sum(parameter.numel() for parameter in memory_network().parameters())
    return complete_peak(optimiser, batch_size, device) - parameters
