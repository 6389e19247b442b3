# %% a list of lists, to two decimals
batch_norm_output = [[-0.71, -3.83, -2.21, -2.83], [-0.71, 0.41, 0.20, -2.83], [1.41, 0.41, 5.01, 5.66]]
# %% columns and flat lists
batch_norm_means = [[3], [4], [5], [4]]
batch_norm_variances = [2, 2, 14, 18]
# %% LaTeX
batch_norm_output = r"""\begin{bmatrix} -\frac{1}{\sqrt2} & -2\sqrt2-1 & 1-\frac{12}{\sqrt{14}} & -2\sqrt2 \\
-\frac{1}{\sqrt2} & \sqrt2-1 & 1-\frac{3}{\sqrt{14}} & -2\sqrt2 \\
\sqrt2 & \sqrt2-1 & 1+\frac{15}{\sqrt{14}} & 4\sqrt2 \end{bmatrix}"""
