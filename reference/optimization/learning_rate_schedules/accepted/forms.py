# %% LaTeX
exponential_sum = r"\frac{1}{e-1}"
# %% other forms
exponential_sum = r"\frac{e^{-1}}{1-e^{-1}}"
inverse_diverges = True
exponential_diverges = False
covered = ["inverse"]
# %% rounded
exponential_sum = 0.58198
covered = "1/t"
