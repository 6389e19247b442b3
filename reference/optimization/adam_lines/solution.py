"""Running averages of gradient and squared gradient, both corrected for their start at zero."""

from sympy import Abs, simplify, sqrt, symbols

m, g, theta, m_hat = symbols("m g theta m_hat", real=True)
v = symbols("v", nonnegative=True)
v_hat, epsilon, alpha = symbols("v_hat epsilon alpha", positive=True)
beta_1, beta_2 = symbols("beta_1 beta_2", positive=True)
t = symbols("t", integer=True, positive=True)

new_m = beta_1 * m + (1 - beta_1) * g
new_v = beta_2 * v + (1 - beta_2) * g**2
corrected_m = m / (1 - beta_1**t)
corrected_v = v / (1 - beta_2**t)
new_theta = theta - alpha * m_hat / (sqrt(v_hat) + epsilon)
first_step = alpha


def proof():
    """Constant gradients: the corrected moments are g and g^2 in every step; the first step follows from the lines."""
    first, second = 0, 0
    for step in range(1, 6):
        first = new_m.subs(m, first)
        second = new_v.subs(v, second)
        assert simplify(corrected_m.subs({m: first, t: step}) - g) == 0
        assert simplify(corrected_v.subs({v: second, t: step}) - g**2) == 0
    moved = simplify((new_theta - theta).subs({m_hat: g, v_hat: g**2, epsilon: 0}))
    assert simplify(Abs(moved) - first_step).subs(g, -3) == 0
