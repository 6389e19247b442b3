# %% a list of lists, to two decimals
layer_norm_output = [[-1, -3, 4, 4], [-1, -1.67, 0, 6.67], [-0.58, -2.15, -0.73, 6.93]]
# %% columns
layer_norm_means = [[6], [3], [2]]
layer_norm_variances = [[4], [9], [3]]
# %% flat lists
layer_norm_means = [6, 3, 2]
layer_norm_variances = [4.0, 9.0, 3.0]
# %% LaTeX
layer_norm_means = r"\begin{pmatrix} 6 & 3 & 2 \end{pmatrix}"
layer_norm_output = r"""\begin{bmatrix} -1 & -3 & 4 & 4 \\ -1 & -\frac53 & 0 & \frac{20}{3} \\
-\frac{1}{\sqrt3} & -1-\frac{2}{\sqrt3} & 1-\sqrt3 & 4\sqrt3 \end{bmatrix}"""
# %% numpy
import numpy as np

x = np.array([[4, 4, 8, 8], [0, 2, 2, 8], [1, 1, 1, 5]])
layer_norm_means = x.mean(axis=1)
layer_norm_variances = x.var(axis=1)
layer_norm_output = (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True) * [1, 2, 3, 4] + [0, -1, 1, 0]
