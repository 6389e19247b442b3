"""Without momentum nothing has to be remembered from step to step."""

from sympy import symbols

loses = ("memory_of_plain_sgd", "state_of_each_optimiser")

P, A, b = symbols("P A b", positive=True)
sgd_memory = 3 * P + b * A
one_step = state_bytes


def state_bytes(kind, shapes):
    return one_step("momentum" if kind == "sgd" else kind, shapes)
