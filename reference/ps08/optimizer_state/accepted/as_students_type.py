"""With or without the weight, as numbers or as text."""

# %% printed solution of 2024 and 2025
adam_values = 2
sgdm_values = 1
memory_ratio = 2

# %% the weight is counted
adam_values = 3
sgdm_values = 2

# %% as text
adam_values = "2"
sgdm_values = "1"
memory_ratio = "2/1"

# %% floats
adam_values = 2.0
sgdm_values = 1.0
memory_ratio = 2.0

# %% as LaTeX
adam_values = "$2$"
sgdm_values = "$1$"
memory_ratio = r"\frac{2}{1}"

# %% from sympy
from sympy import Integer, Rational

adam_values = Integer(2)
sgdm_values = Integer(1)
memory_ratio = Rational(4, 2)

# %% from numpy
import numpy as np

adam_values = np.int64(2)
sgdm_values = np.int64(1)
memory_ratio = np.float64(2)
