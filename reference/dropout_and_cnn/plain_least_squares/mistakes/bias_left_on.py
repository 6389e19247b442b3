"""nn.Linear adds a bias unless it is told not to; it acts like a third input that is always 1 and takes its share of the
target."""

from sympy import Matrix, Rational
from torch import nn

loses = ("network_is_the_model", "weights_of_gradient_descent", "same_or_not")

gd_weights = Matrix([Rational(110, 102), Rational(11, 102)])
gd_weights_row = gd_weights.T
gd_same_as_ols = "no"


def linear_network():
    network = nn.Linear(2, 1)
    nn.init.constant_(network.bias, 0.5)
    return network
