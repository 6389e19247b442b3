# %% rounded, and rationalised
condition_raw = 118.99
# %% LaTeX
hessian_raw = r"\begin{pmatrix} 10 & 3 \\ 3 & 1 \end{pmatrix}"
hessian_centred = "[[1, 0], [0, 1]]"
condition_raw = r"\left(\frac{11 + 3\sqrt{13}}{2}\right)^2"
# %% numpy
import numpy as np

raw = np.array([[2.0, 1], [4, 1]])
hessian_raw = raw.T @ raw / 2
values = np.linalg.eigvalsh(hessian_raw)
condition_raw = values[1] / values[0]
