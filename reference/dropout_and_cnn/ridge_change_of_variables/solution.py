"""With w' = Gamma w / sqrt(lambda) the penalty is lambda |w'|^2, and X w = sqrt(lambda) X Gamma^{-1} w'."""

import numpy as np

new_weights = r"\frac{1}{\sqrt{\lambda}} \Gamma w"
new_weights_unit = r"\Gamma w"
new_data = r"\sqrt{\lambda} X \Gamma^{-1}"
new_data_unit = r"X \Gamma^{-1}"
side_of_gamma = "right"


def tikhonov(x, y, gamma):
    data = x @ np.linalg.inv(gamma)
    weights = np.linalg.solve(data.T @ data + np.eye(len(gamma)), data.T @ y)
    return np.linalg.solve(gamma, weights)


penalty_entry = r"\sqrt{\frac{1-p}{p}} \sqrt{\sum_{k=1}^{n} X_{k,j}^2}"
column_norm = r"\sqrt{\frac{\lambda p}{1-p}}"
column_norm_unit = r"\sqrt{\frac{p}{1-p}}"
column_norms_compare = "equal"
norm_in_p = "grow"
batch_norm_more = "shift"
normalisation_link = (
    "Both put every feature on the same scale, dropout implicitly through its penalty; but dropout does not centre, and "
    "the common norm depends on p and not on a batch."
)


def proof():
    """Random data: the changed problem gives the minimiser of the first one, and every column has the stated norm."""
    generator = np.random.default_rng(0)
    x, y, scale, p = generator.normal(size=(5, 3)), generator.normal(size=5), 1.7, 0.3
    gamma = generator.normal(size=(3, 3)) + 2 * np.eye(3)
    direct = np.linalg.solve(x.T @ x + gamma.T @ gamma, x.T @ y)
    data = np.sqrt(scale) * x @ np.linalg.inv(gamma)
    weights = np.linalg.solve(data.T @ data + scale * np.eye(3), data.T @ y)
    if not np.allclose(np.sqrt(scale) * np.linalg.solve(gamma, weights), direct):
        raise AssertionError("the change of variables does not give the same minimiser")
    if not np.allclose(tikhonov(x, y, gamma), direct):
        raise AssertionError("the function does not give the minimiser")
    gamma = np.sqrt((1 - p) / p) * np.diag(np.linalg.norm(x, axis=0))
    norms = np.linalg.norm(np.sqrt(scale) * x @ np.linalg.inv(gamma), axis=0)
    if not np.allclose(norms, np.sqrt(scale * p / (1 - p))):
        raise AssertionError("the columns do not have the stated norm")
