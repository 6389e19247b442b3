"""A large penalty wins over the loss, a tiny one changes nothing, one in between trades fit for size."""

from sympy import diff, limit, oo, solve, symbols

a, lam = symbols("a lambda", positive=True)
theta_star = symbols("theta_star", real=True)

huge_penalty = "a"
tiny_penalty = "d"
norm_relation = "r < s"
norm_relation_weak = "r <= s"
norm_relation_of_vectors = "norm(theta) < norm(theta_star)"
norm_relation_of_vectors_weak = "norm(theta) <= norm(theta_star)"
training_accuracy = "worse"
test_accuracy = "better"
shrunken_parameter = a * theta_star / (a + 2 * lam)
why_regularise = (
    "Smaller parameters follow the noise of the training set less, so the model does better on unseen data."
)


def proof():
    """The zero of the derivative; it goes to 0 and to theta* at both ends of lambda and is smaller in between."""
    theta = symbols("theta", real=True)
    (minimiser,) = solve(diff(a / 2 * (theta - theta_star) ** 2 + lam * theta**2, theta), theta)
    assert limit(minimiser, lam, oo) == 0
    assert minimiser.subs(lam, 0) == theta_star
    assert all(abs(minimiser.subs({a: 2, lam: value, theta_star: -3})) < 3 for value in (1, 5, 80))
    return {"shrunken_parameter": minimiser}
