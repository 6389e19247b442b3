# %% decimals and sums
dropped_output = "4 + 4"
corrected_output = "8/(1-0.75)"
full_output = 32.0
# %% LaTeX with a label
dropped_output = r"y_{drop} = 8"
corrected_output = r"\frac{8}{1-\frac34}"
# %% numpy
import numpy as np

x = np.array([2, 6, 4, 4, 5, 3, 4, 4])
full_output = x @ np.ones(8)
