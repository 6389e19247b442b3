# %% lambda set to one in both
new_weights = r"\Gamma w"
new_data = r"X \Gamma^{-1}"
column_norm = r"\sqrt{\frac{p}{1-p}}"

# %% the inverse outside
new_weights = r"\lambda^{-1/2} \Gamma w"
new_data = r"X \left( \frac{\Gamma}{\sqrt{\lambda}} \right)^{-1}"

# %% plain text
new_weights = "Gamma w / sqrt(lambda)"
new_data = "sqrt(lambda) X inv(Gamma)"
penalty_entry = "sqrt((1-p)/p * sum(X[k, j]^2, k=1..n))"
column_norm = "sqrt(lambda) * sqrt(p / (1 - p))"

# %% one root
penalty_entry = r"\sqrt{\frac{(1-p) \sum_{i=1}^n X_{ij}^2}{p}}"
column_norm = r"\left( \frac{1-p}{\lambda p} \right)^{-1/2}"

# %% with another lambda in code
import numpy as np


def tikhonov(x, y, gamma):
    data = np.sqrt(3.0) * np.linalg.solve(gamma.T, x.T).T
    weights = np.linalg.inv(data.T @ data + 3.0 * np.eye(gamma.shape[0])) @ (data.T @ y)
    return np.sqrt(3.0) * np.linalg.inv(gamma) @ weights
