# %% LaTeX
gradient_mean = "$0$"
gradient_variance = r"\sigma_x^2 \sigma_g^2 (n-k+1)^2"
deviation_growth = r"O(n)"

# %% multiplied out, other growth words
gradient_variance = r"\left( (n+1)^2 - 2k(n+1) + k^2 \right) (\sigma_x \sigma_g)^2"
deviation_growth = r"\Theta(n)"

# %% as a sum over the positions
gradient_variance = r"\sum_{h=1}^{n-k+1} \sum_{l=1}^{n-k+1} \sigma_x^2 \sigma_g^2"
deviation_growth = "O(n sigma_x sigma_g)"

# %% uniform variables, one sample after another
import numpy as np


def sample_gradients(n, k, sigma_x, sigma_g, count, rng):
    side = n - k + 1
    samples = []
    for _ in range(count):
        x = rng.uniform(-1, 1, (n, n)) * sigma_x * np.sqrt(3)
        dy = rng.choice([-1, 1], (side, side)) * sigma_g
        samples.append(float(np.sum(x[:side, :side] * dy)))
    return samples
