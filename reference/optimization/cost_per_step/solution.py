"""A step costs as many gradients as it has data points; N/K small steps cost as much as a large one."""

from sympy import ceiling, symbols

N, K, T = symbols("N K T", integer=True, positive=True)

descent_cost = "O(N)"
stochastic_cost = "O(K)"
steps_for_a_sweep = N / K
steps_for_a_sweep_rounded = ceiling(N / K)
total_cost = T * K
first_phase = "sgd"
second_phase = "gd"
redundancy = (
    "The gradients are alike, so a mini-batch already points almost where all data points together do, "
    "and at the same cost many more such steps can be made."
)


def proof():
    """Counting the gradients of both loops for a few sizes."""
    for points, batch, steps in ((1000, 10, 7), (60, 20, 3)):
        one_pass = 0
        while one_pass * batch < points:
            one_pass += 1
        assert one_pass == steps_for_a_sweep.subs({N: points, K: batch})
        assert sum(batch for _ in range(steps)) == total_cost.subs({T: steps, K: batch})
