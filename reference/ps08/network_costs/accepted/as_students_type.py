"""The same counts in the forms that students type."""

# %% printed solution of 2024 and 2025
forward_multiplications = r"nK^2L"
training_multiplications = r"3nK^2L"
inference_memory = r"LK^2 + 2nK"
training_memory = r"2LK^2 + LnK"

# %% other orders of the factors
forward_multiplications = r"LnK^2"
training_multiplications = r"3 \cdot L \cdot n K^{2}"
inference_memory = r"2nK + K^2 L"
training_memory = r"LK(2K + n)"

# %% Python text
forward_multiplications = "n*K**2*L"
training_multiplications = "3*n*K**2*L"
inference_memory = "L*K**2 + 2*n*K"
training_memory = "2*L*K**2 + L*n*K"

# %% no gradient of the network input
training_multiplications = r"nK^2(3L-1)"

# %% no gradient of the network input, in pieces
training_multiplications = "L*n*K**2 + L*n*K**2 + (L - 1)*n*K**2"

# %% with the left side
forward_multiplications = r"N = L \cdot (n \cdot K \cdot K)"
training_memory = r"M = 2 L K^2 + L n K"

# %% products and dots
forward_multiplications = r"L \times n \times K \times K"
training_multiplications = "L·n·K² + 2·L·n·K²"
inference_memory = "L·K² + 2·n·K"
training_memory = r"\underbrace{2 L K^2}_{\text{weights and gradients}} + \underbrace{L n K}_{\text{activations}}"

# %% sympy objects
from sympy import symbols

n, K, L = symbols("n K L", positive=True)
forward_multiplications = n * K**2 * L
training_multiplications = 3 * forward_multiplications
inference_memory = L * K**2 + 2 * n * K
training_memory = L * (2 * K**2 + n * K)

# %% sums over the layers
forward_multiplications = r"\sum_{l=1}^{L} n K^2"
training_multiplications = r"\sum_{l=1}^{L} (nK^2 + 2nK^2)"
training_memory = r"\sum_{l=1}^L (2K^2 + nK)"

# %% the output is kept as well
training_memory = r"2LK^2 + (L+1)nK"

# %% the output and the running derivative are kept
training_memory = r"2LK^2 + (L+2)nK"

# %% with the two moments of Adam
training_memory = r"4LK^2 + LnK"

# %% with the two moments of Adam and the output
training_memory = r"2LK^2 + 2LK^2 + (L+1)nK"

# %% roughly
training_memory = r"\approx 2LK^2 + LnK"
